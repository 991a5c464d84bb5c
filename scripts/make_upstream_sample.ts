/**
 * Makes a database as an upstream codemem would have left it, with the odd cases that occur in the
 * wild. The same arguments make the same content.
 *
 *   deno run -A scripts/make_upstream_sample.ts FILE [--era python|typescript] [--memories N]
 *     [--device-id ID] [--peer-device-id ID] [--seed N] [--user-version N] [--live-wal]
 */
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { parseArgs } from "@std/cli/parse-args";
import { EXIT } from "../lib/errors.ts";
import { sampleMemories, type SampleMemory } from "./sample_memories.ts";

/** Which of the two upstream programs is to be imitated. */
export type SampleEra = "python" | "typescript";

/** Options of {@link makeUpstreamSample}. */
export interface SampleOptions {
  readonly era: SampleEra;
  /** How many memories; duplicates and other oddities may add a few rows. */
  readonly memories: number;
  /** The device whose database it is. */
  readonly deviceId: string;
  readonly seed: number;
  /**
   * Another device, which this one had synced with: it wrote every second memory. Two samples of one
   * seed whose devices are exchanged hold the same memories, each as its own program keeps them.
   */
  readonly peerDeviceId?: string | undefined;
  /** `PRAGMA user_version`; columns that came later are missing. The era's last where not given. */
  readonly userVersion?: number | undefined;
  /** Leaves the content in a write-ahead log beside the file, as a running program does. */
  readonly liveWal?: boolean | undefined;
}

/** The columns of `memory_items` with the version that added them. */
const COLUMNS: readonly (readonly [name: string, definition: string, since: number])[] = [
  ["id", "INTEGER PRIMARY KEY", 0],
  ["session_id", "INTEGER NOT NULL", 0],
  ["kind", "TEXT NOT NULL", 0],
  ["title", "TEXT NOT NULL", 0],
  ["body_text", "TEXT NOT NULL", 0],
  ["confidence", "REAL DEFAULT 0.5", 0],
  ["tags_text", "TEXT DEFAULT ''", 0],
  ["active", "INTEGER DEFAULT 1", 0],
  ["created_at", "TEXT NOT NULL", 0],
  ["updated_at", "TEXT NOT NULL", 0],
  ["metadata_json", "TEXT", 0],
  ["subtitle", "TEXT", 1],
  ["facts", "TEXT", 1],
  ["narrative", "TEXT", 1],
  ["concepts", "TEXT", 1],
  ["files_read", "TEXT", 1],
  ["files_modified", "TEXT", 1],
  ["prompt_number", "INTEGER", 1],
  ["import_key", "TEXT", 2],
  ["user_prompt_id", "INTEGER", 3],
  ["deleted_at", "TEXT", 3],
  ["rev", "INTEGER DEFAULT 0", 3],
  ["actor_id", "TEXT", 5],
  ["actor_display_name", "TEXT", 5],
  ["visibility", "TEXT", 5],
  ["workspace_id", "TEXT", 5],
  ["workspace_kind", "TEXT", 5],
  ["origin_device_id", "TEXT", 5],
  ["origin_source", "TEXT", 5],
  ["trust_state", "TEXT", 5],
  ["project", "TEXT", 7],
  ["dedup_key", "TEXT", 8],
  ["scope_id", "TEXT", 19],
];

/** The version from which on a database knows its device. */
const SYNC_SINCE = 3;
const LAST_VERSION: Readonly<Record<SampleEra, number>> = { python: 6, typescript: 19 };

const SESSIONS = `CREATE TABLE sessions (
  id INTEGER PRIMARY KEY, started_at TEXT NOT NULL, ended_at TEXT, cwd TEXT, project TEXT,
  git_remote TEXT, git_branch TEXT, user TEXT, tool_version TEXT, metadata_json TEXT, import_key TEXT
)`;
const DEVICE = `CREATE TABLE sync_device (
  device_id TEXT PRIMARY KEY, public_key TEXT NOT NULL, fingerprint TEXT NOT NULL,
  created_at TEXT NOT NULL
)`;

/**
 * Writes the sample to `path`, which must not exist yet.
 *
 * @returns how many rows `memory_items` has
 */
export function makeUpstreamSample(path: string, options: SampleOptions): number {
  Deno.openSync(path, { createNew: true, write: true }).close();
  if (options.liveWal !== true) return build(path, options, "DELETE", () => {});
  const draft = `${path}.draft`;
  const rows = build(draft, options, "WAL", () => {
    for (const suffix of ["", "-wal", "-shm"]) Deno.copyFileSync(draft + suffix, path + suffix);
  });
  Deno.removeSync(draft);
  return rows;
}

function build(
  path: string,
  options: SampleOptions,
  journalMode: "DELETE" | "WAL",
  beforeClose: () => void,
): number {
  const database = new DatabaseSync(path);
  try {
    database.exec(`PRAGMA journal_mode = ${journalMode}; PRAGMA wal_autocheckpoint = 0;
      PRAGMA synchronous = OFF; BEGIN`);
    const rows = fill(database, options);
    database.exec("COMMIT");
    beforeClose();
    return rows;
  } finally {
    database.close();
  }
}

function fill(database: DatabaseSync, options: SampleOptions): number {
  const version = options.userVersion ?? LAST_VERSION[options.era];
  const columns = COLUMNS.filter(([, , since]) => since <= version);
  database.exec(SESSIONS);
  database.exec(
    `CREATE TABLE memory_items (${
      columns.map(([name, definition]) => `${name} ${definition}`).join(", ")
    })`,
  );
  database.exec(`PRAGMA user_version = ${version}`);
  if (version >= SYNC_SINCE) insertDevice(database, options.deviceId);
  if (version >= 2) database.exec("CREATE INDEX idx_import_key ON memory_items (import_key)");

  const names = columns.map(([name]) => name);
  const insertMemory = database.prepare(
    `INSERT INTO memory_items (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`,
  );
  const insertSession = database.prepare(
    "INSERT INTO sessions (id, started_at, project, user) VALUES (?, ?, ?, 'someone')",
  );
  const sessions = new Set<number>();
  let rows = 0;
  for (const memory of sampleMemories(options)) {
    if (!sessions.has(memory.sessionId)) {
      insertSession.run(memory.sessionId, String(memory.row.created_at), memory.project);
      sessions.add(memory.sessionId);
    }
    insertMemory.run(...names.map((name) => columnValue(memory, name)));
    rows++;
  }
  return rows;
}

function columnValue(memory: SampleMemory, name: string): SQLInputValue {
  if (name === "session_id") return memory.sessionId;
  return memory.row[name] ?? null;
}

function insertDevice(database: DatabaseSync, deviceId: string): void {
  database.exec(DEVICE);
  database.prepare("INSERT INTO sync_device VALUES (?, 'ssh-ed25519 AAAA', 'none', ?)")
    .run(deviceId, "2026-01-01T00:00:00.000Z");
}

function main(args: string[]): number {
  const flags = parseArgs(args, {
    string: ["era", "memories", "device-id", "peer-device-id", "seed", "user-version"],
    boolean: ["live-wal"],
  });
  const path = flags._[0];
  const era = flags.era ?? "python";
  const number = (name: string, fallback?: number) =>
    flags[name] === undefined ? fallback : Number(flags[name]);
  const memories = number("memories", 1_000)!;
  if (path === undefined || (era !== "python" && era !== "typescript") || !(memories >= 0)) {
    console.error("usage: make_upstream_sample.ts FILE [--era python|typescript] [--memories N] …");
    return EXIT.invalid;
  }
  const rows = makeUpstreamSample(String(path), {
    era,
    memories,
    deviceId: String(flags["device-id"] ?? "sample-device"),
    peerDeviceId: flags["peer-device-id"] as string | undefined,
    seed: number("seed", 1)!,
    userVersion: number("user-version"),
    liveWal: flags["live-wal"] === true,
  });
  console.log(`${path}: ${rows} rows`);
  return EXIT.ok;
}

if (import.meta.main) Deno.exit(main(Deno.args));
