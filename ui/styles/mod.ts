/** The style sheet of all pages. */
import attempts from "./attempts.css" with { type: "text" };
import base from "./base.css" with { type: "text" };
import charts from "./charts.css" with { type: "text" };
import controls from "./controls.css" with { type: "text" };
import error from "./error.css" with { type: "text" };
import feed from "./feed.css" with { type: "text" };
import frame from "./frame.css" with { type: "text" };
import memory from "./memory.css" with { type: "text" };
import memoryForm from "./memory_form.css" with { type: "text" };
import pairing from "./pairing.css" with { type: "text" };
import parts from "./parts.css" with { type: "text" };
import peers from "./peers.css" with { type: "text" };
import settings from "./settings.css" with { type: "text" };
import sync from "./sync.css" with { type: "text" };

/** What every page is made of. */
const SHARED = [base, frame, parts, controls, error];
const MEMORIES = [feed, memory, memoryForm];
const SYNC = [sync, peers, charts, attempts, pairing, settings];

/** The sheets in their order: the later ones win. */
export const STYLES: string = [...SHARED, ...MEMORIES, ...SYNC].join("\n");
