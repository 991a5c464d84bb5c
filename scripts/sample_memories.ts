/** The rows of a sample database: ordinary ones, and one of each oddity in every twenty. */
import type { SampleOptions } from "./make_upstream_sample.ts";

/** A value that fits a column. */
type Value = string | number | null;

/** One row of `memory_items` with what goes into its session. */
export interface SampleMemory {
  readonly sessionId: number;
  readonly project: string;
  readonly row: Readonly<Record<string, Value>>;
}

/** What all databases that hold a memory agree on. */
interface Idea {
  readonly id: number;
  readonly author: string;
  readonly isOwn: boolean;
  readonly oddity: number;
  readonly createdMs: number;
  readonly updatedMs: number;
  /** Digits beyond the millisecond, which only one of the two programs writes. */
  readonly micros: number;
}

const FIRST_MS = Date.parse("2025-03-01T08:00:00.000Z");
const KINDS = ["bugfix", "feature", "refactor", "change", "discovery", "decision", "exploration"];
const PROJECTS = ["alpha", "beta", "gamma"];
const WORDS = ["cursor", "retry", "socket", "schema", "cache", "parser", "queue", "token", "index"];
const MEMORIES_PER_SESSION = 10;

/** The rows in the order of their ids. */
export function* sampleMemories(options: SampleOptions): Generator<SampleMemory> {
  const random = randomNumbers(options.seed);
  const authors = [options.deviceId, options.peerDeviceId ?? options.deviceId].sort();
  let nextId = options.memories + 1;
  const extra: SampleMemory[] = [];
  for (let id = 1; id <= options.memories; id++) {
    const author = authors[id % 2]!;
    const createdMs = FIRST_MS + id * 60_000 + Math.floor(random() * 60_000);
    const idea: Idea = {
      id,
      author,
      isOwn: author === options.deviceId,
      oddity: id % 20,
      createdMs,
      updatedMs: createdMs + Math.floor(random() * 3_600_000),
      micros: Math.floor(random() * 1_000),
    };
    const memory = dress(idea, options, random);
    yield memory;
    if (idea.oddity === 15) extra.push(staleCopy(memory, nextId++));
    if (idea.oddity === 7) extra.push(movedAway(memory, nextId++));
  }
  yield* extra;
}

/** Every value is drawn whatever the oddity is, so that two samples of one seed stay in step. */
function dress(idea: Idea, options: SampleOptions, random: () => number): SampleMemory {
  const pick = <T>(from: readonly T[]) => from[Math.floor(random() * from.length)]!;
  const words = Array.from({ length: 12 }, () => pick(WORDS));
  const kind = pick(KINDS);
  const key = uuid(random);
  const stamp = (epochMs: number) => timestamp(epochMs, idea, options);
  const row: Record<string, Value> = {
    id: idea.id,
    kind,
    title: `${words.slice(0, 4).join(" ")} ${idea.id}`,
    body_text: `${words.join(" ")}. Grüße, 世界 🌍`,
    confidence: 0.5,
    tags_text: `${words[0]} ${words[1]}`,
    active: 1,
    created_at: stamp(idea.createdMs),
    updated_at: stamp(idea.updatedMs),
    metadata_json: JSON.stringify({ clock_device_id: idea.author }),
    rev: 1 + (idea.id % 3),
    import_key: key,
    narrative: `Why: ${words.slice(4).join(" ")}`,
    facts: JSON.stringify([words[2], words[3]]),
    concepts: JSON.stringify([words[4]]),
    files_read: "[]",
    files_modified: JSON.stringify([`src/${words[5]}.ts`]),
    ...localColumns(idea, options),
    ...oddity(idea, options),
  };
  const sessionId = Math.ceil(idea.id / MEMORIES_PER_SESSION);
  const project = PROJECTS[sessionId % PROJECTS.length]!;
  // A column of the younger program, which leaves it to the session at times.
  return { sessionId, project, row: { ...row, project: idea.id % 4 === 0 ? null : project } };
}

/** What each database says of a memory for itself. */
function localColumns(idea: Idea, { era, deviceId }: SampleOptions): Record<string, Value> {
  return {
    prompt_number: idea.isOwn ? idea.id : null,
    user_prompt_id: idea.isOwn ? idea.id : null,
    actor_id: `local:${deviceId}`,
    actor_display_name: idea.isOwn ? "me" : null,
    visibility: "shared",
    workspace_id: "shared:default",
    workspace_kind: "shared",
    origin_device_id: idea.author,
    origin_source: idea.isOwn ? null : "sync",
    trust_state: era === "python" ? "trusted" : null,
    dedup_key: idea.isOwn ? `key-${idea.id}` : null,
    scope_id: "team-x",
  };
}

function oddity(idea: Idea, options: SampleOptions): Record<string, Value> {
  const { id, author, isOwn } = idea;
  const qualified = `legacy:${author}:memory_item:${id}`;
  switch (idea.oddity) {
    case 3: // Older than sync on its own device; came here with a key.
    case 4:
      return { import_key: isOwn ? null : qualified, rev: isOwn ? null : 0 };
    case 5: // The key as it was before devices were named in it.
    case 6:
      return {
        import_key: isOwn || options.era === "python" ? `legacy:memory_item:${id}` : qualified,
      };
    case 7:
      return { import_key: qualified, rev: 0 };
    case 9: // Deactivated, not deleted.
      return { active: 0 };
    case 10:
      return { active: 0, deleted_at: timestamp(idea.updatedMs, idea, options) };
    case 11: // No zone: UTC.
      return { created_at: naive(idea.createdMs), updated_at: naive(idea.updatedMs) };
    case 12:
      return emptyLists(options, isOwn);
    case 13:
      return { confidence: 0, title: "", subtitle: "" };
    case 14:
      return { metadata_json: isOwn ? null : JSON.stringify({ clock_device_id: author }) };
    default:
      return {};
  }
}

/** No list, in each of the ways it has been written. */
function emptyLists({ era }: SampleOptions, isOwn: boolean): Record<string, Value> {
  const none = isOwn ? null : era === "python" ? "{}" : "[]";
  return { facts: none, concepts: none, files_read: none, files_modified: none };
}

/** An older version of a memory under the same key, as a broken merge left it behind. */
function staleCopy(memory: SampleMemory, id: number): SampleMemory {
  return { ...memory, row: { ...memory.row, id, title: `older ${memory.row.title}`, rev: 0 } };
}

/** What upstream's repair left under the old key when it gave a memory a qualified one. */
function movedAway(memory: SampleMemory, id: number): SampleMemory {
  const { rev, updated_at: deletedAt = null } = memory.row;
  const importKey = `legacy:memory_item:${memory.row.id}`;
  const changes = { id, import_key: importKey, active: 0, deleted_at: deletedAt };
  return { ...memory, row: { ...memory.row, ...changes, rev: Number(rev) + 1 } };
}

/** Python wrote microseconds and an offset, TypeScript milliseconds and a Z. */
function timestamp(epochMs: number, { micros }: Idea, { era }: SampleOptions): string {
  const iso = new Date(epochMs).toISOString();
  if (era === "typescript") return iso;
  return iso.replace("Z", `${String(micros).padStart(3, "0")}+00:00`);
}

function naive(epochMs: number): string {
  return new Date(epochMs).toISOString().replace("Z", "");
}

function uuid(random: () => number): string {
  const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${
    hex.slice(20)
  }`;
}

/** Numbers in [0, 1) that depend on the seed alone (Mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
