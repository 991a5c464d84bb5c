/** Who may import whom: the table of docs/architecture.md, and who keeps which outside module. */

/** What one room may import. */
export interface Layer {
  /** Rooms whose values and types it may import, besides `errors`. */
  readonly rooms: readonly string[];
  /** Rooms of which it may import types alone. */
  readonly types: readonly string[];
  /** Packages of the import map, as their specifiers begin. */
  readonly packages: readonly string[];
  /** Node's modules: those listed, or all but the kept ones where it reaches outside anyway. */
  readonly node: readonly string[] | "any";
}

const DECISIONS = ["model", "replication", "auth", "protocol"];
const HANDS = ["store", "identity", "net", "mdns", "config"];
const SERVICES = ["sync", "viewer"];
const ALL = [...DECISIONS, ...HANDS, ...SERVICES, "daemon"];

const pure = (rooms: readonly string[], packages: readonly string[] = []): Layer => ({
  rooms,
  types: [],
  packages,
  node: ["node:crypto", "node:buffer", "node:process", "node:zlib"],
});

/** The rooms, from the one everybody may use to the one nobody may. */
export const LAYERS: Readonly<Record<string, Layer>> = {
  errors: { rooms: [], types: [], packages: [], node: [] },
  model: pure([]),
  time: { rooms: [], types: [], packages: [], node: [] },
  files: { rooms: [], types: [], packages: [], node: "any" },
  replication: pure(["model"]),
  auth: pure(["model"], [
    "@peculiar/x509",
    "@std/crypto/timing-safe-equal",
    "reflect-metadata",
    "structured-headers",
  ]),
  protocol: pure(["model"]),
  config: { rooms: ["model", "time", "files"], types: [], packages: ["jsonc-parser"], node: "any" },
  store: { rooms: ["model", "replication", "time", "files"], types: [], packages: [], node: "any" },
  identity: {
    rooms: ["model", "auth", "files"],
    types: [],
    packages: ["@peculiar/x509"],
    node: "any",
  },
  net: { rooms: ["model", "time"], types: [], packages: [], node: "any" },
  mdns: { rooms: ["model", "time"], types: [], packages: ["dns-packet"], node: "any" },
  sync: {
    rooms: [...DECISIONS, "time"],
    types: HANDS,
    packages: ["hono", "@std/crypto/timing-safe-equal"],
    node: "any",
  },
  viewer: {
    rooms: [...DECISIONS, "config", "sync", "ui"],
    types: HANDS,
    packages: [
      "hono",
      "@std/crypto/timing-safe-equal",
      "@std/http/etag",
      "@std/http/server-sent-event-stream",
    ],
    node: "any",
  },
  daemon: {
    rooms: ["model", "replication", "time", "files", ...SERVICES],
    types: HANDS,
    packages: [],
    node: "any",
  },
  service: { rooms: ["model", "files"], types: [], packages: [], node: "any" },
  runtime: {
    rooms: ["time", "files", ...ALL],
    types: [],
    packages: ["@logtape/logtape", "@logtape/file"],
    node: "any",
  },
  doctor: { rooms: [...DECISIONS, "sync"], types: [...HANDS, "daemon"], packages: [], node: "any" },
  cli: {
    rooms: [
      "model",
      "replication",
      "time",
      "files",
      "auth",
      "config",
      "store",
      "sync",
      "daemon",
      "service",
      "doctor",
      "runtime",
    ],
    types: ALL,
    packages: ["@std/cli/parse-args"],
    node: "any",
  },
  main: { rooms: ["cli", "scripts"], types: [], packages: [], node: [] },
  ui: {
    rooms: ["model"],
    types: ["errors", ...ALL],
    packages: ["preact", "@preact/signals", "preact-render-to-string"],
    node: [],
  },
};

/** Modules that only these rooms may hold in their hands; the types of them are free. */
export const KEPT: Readonly<Record<string, readonly string[]>> = {
  "node:sqlite": ["store"],
  "node:net": ["net"],
  "node:tls": ["net"],
  "node:http": ["net"],
  "node:http2": ["net"],
  "node:https": ["net"],
  "node:dgram": ["mdns"],
  "node:dns": ["net"],
  "node:dns/promises": ["net"],
  "node:child_process": [],
};
