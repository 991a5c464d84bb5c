/** Memories as people and their agents keep them, for pictures of the viewer. */
import type { MemoryDraft } from "../../lib/store/memories/memories.ts";

/** The newest comes last. */
export const sampleNotes: readonly MemoryDraft[] = [
  {
    kind: "exploration",
    title: "Three ways to bundle the worker",
    body:
      "esbuild, rollup and the runtime's own bundler were compared. Only the last needs no plugin " +
      "for text imports, and its output is the smallest.",
    project: "atlas",
    tags: ["build"],
  },
  {
    kind: "change",
    title: "The cache is keyed by content, no longer by time",
    body: "Time stamps differ between machines, so every checkout was built from scratch.",
    project: "atlas",
    tags: ["cache", "build"],
  },
  {
    kind: "refactor",
    title: "One reader for all configuration files",
    body: "JSON with comments is read in one place. Errors name the line and what would be valid.",
    project: "harbour",
    tags: ["config"],
  },
  {
    kind: "bugfix",
    title: "Lost updates when two tabs saved at once",
    body:
      "The version was read outside of the transaction. It is read within it now, and the second " +
      "save is told that it came too late.",
    project: "harbour",
    tags: ["database"],
    filesModified: ["src/store/save.ts"],
  },
  {
    kind: "discovery",
    title: "The proxy drops connections after 60 s without a byte",
    body: "Held requests must say something every 50 s, or be shorter. A comment line is enough.",
    project: "harbour",
    tags: ["network"],
  },
  {
    kind: "feature",
    title: "Search finds words in any order",
    body: "Phrases in quotation marks are found as they stand.",
    project: "atlas",
    tags: ["search"],
  },
  {
    kind: "decision",
    title: "The build needs Node 20",
    body:
      "Node 18 has no `fetch` that streams request bodies. CI and the images of all services were " +
      "moved at once; local checkouts say so when they are older.",
    project: "atlas",
    tags: ["build"],
    facts: ["Node 18 lacks streaming request bodies", "CI runs Node 20.11"],
  },
];
