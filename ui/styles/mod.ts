/** The style sheet of all pages. */
import base from "./base.css" with { type: "text" };
import error from "./error.css" with { type: "text" };
import memories from "./memories.css" with { type: "text" };
import sync from "./sync.css" with { type: "text" };

/** The sheets in their order: the later ones win. */
export const STYLES: string = [base, error, memories, sync].join("\n");
