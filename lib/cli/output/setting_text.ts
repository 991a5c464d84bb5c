import type { Settings } from "../../config/schema.ts";

/** The value of a setting as a person writes it: `codemem config set` reads it back. */
export function settingText(value: Settings[keyof Settings]): string {
  return typeof value === "object" ? value.join(",") : String(value);
}
