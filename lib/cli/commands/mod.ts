/** The commands of the program, in the order in which the help lists them. */
import type { CommandEntry } from "../command.ts";

/** All commands. Each is loaded when it is run, so that none pays for the others. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "remember",
    summary: "keep a memory",
    load: () => import("./remember.ts"),
  },
  {
    name: "recent",
    summary: "list the newest memories",
    load: () => import("./recent.ts"),
  },
  {
    name: "search",
    summary: "find memories by their words",
    load: () => import("./search.ts"),
  },
  {
    name: "show",
    summary: "show one memory in full",
    load: () => import("./show.ts"),
  },
  {
    name: "edit",
    summary: "change a memory",
    load: () => import("./edit.ts"),
  },
  {
    name: "forget",
    summary: "delete memories, here and on every device",
    load: () => import("./forget.ts"),
  },
  {
    name: "import",
    summary: "take in the memories of another database or of an export",
    load: () => import("./import.ts"),
  },
  {
    name: "export",
    summary: "write all memories as JSON Lines",
    load: () => import("./export.ts"),
  },
  {
    name: "stats",
    summary: "count what is kept",
    load: () => import("./stats.ts"),
  },
  {
    name: "config get",
    summary: "show the value of a setting",
    load: () => import("./config_get.ts"),
  },
  {
    name: "config set",
    summary: "change a setting",
    load: () => import("./config_set.ts"),
  },
  {
    name: "config list",
    summary: "list all settings",
    load: () => import("./config_list.ts"),
  },
];
