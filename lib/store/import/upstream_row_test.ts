import { assertEquals } from "@std/assert";
import { MAX_PAYLOAD_BYTES, newContent } from "../../model/memory.ts";
import type { UpstreamRow } from "./row_reader.ts";
import { readUpstreamRow } from "./upstream_row.ts";

const CONTEXT = { deviceId: "source", qualifiedLegacyKeys: new Set<string>() };

const ROW: UpstreamRow = {
  id: 7n,
  kind: "decision",
  title: "Use WAL",
  body_text: "Readers do not block.",
  confidence: 0.5,
  tags_text: "sqlite storage",
  active: 1n,
  created_at: "2026-01-02T03:04:05.678901+00:00",
  updated_at: "2026-01-02T04:04:05.678901+00:00",
  metadata_json: '{"clock_device_id": "writer"}',
  deleted_at: null,
  rev: 3n,
  import_key: "key-1",
  origin_device_id: "author",
  session_project: "alpha",
};

/** The candidate of the row with these columns changed. */
function candidateOf(changes: UpstreamRow) {
  const outcome = readUpstreamRow({ ...ROW, ...changes }, CONTEXT);
  assertEquals(outcome.problem, undefined);
  return outcome.candidate!;
}

function problemOf(changes: UpstreamRow): string | undefined {
  return readUpstreamRow({ ...ROW, ...changes }, CONTEXT).problem;
}

Deno.test("a row becomes a version with its key, its clock and its text", () => {
  assertEquals(candidateOf({}), {
    entityId: "key-1",
    clock: { rev: 3, updatedAt: "2026-01-02T04:04:05.678Z", deviceId: "writer" },
    deletedAt: null,
    content: newContent({
      kind: "decision",
      title: "Use WAL",
      body: "Readers do not block.",
      tags: ["sqlite", "storage"],
      project: "alpha",
      confidence: 0.5,
      createdAt: "2026-01-02T03:04:05.678Z",
      originDeviceId: "author",
    }),
  });
});

Deno.test("a row of the oldest schema is complete without the columns that came later", () => {
  const { id, kind, title, body_text, created_at } = ROW;
  const outcome = readUpstreamRow(
    { id, kind, title, body_text, created_at } as UpstreamRow,
    CONTEXT,
  );
  assertEquals(outcome.candidate, {
    entityId: "legacy:source:memory_item:7",
    clock: { rev: 0, updatedAt: "2026-01-02T03:04:05.678Z", deviceId: "source" },
    deletedAt: null,
    content: newContent({
      kind: "decision",
      title: "Use WAL",
      body: "Readers do not block.",
      createdAt: "2026-01-02T03:04:05.678Z",
      originDeviceId: "source",
    }),
  });
});

const IDS: [importKey: string | null, metadata: string | null, expected: string][] = [
  ["key-1", null, "key-1"],
  [" key-1 ", null, "key-1"],
  [null, null, "legacy:source:memory_item:7"],
  ["", null, "legacy:source:memory_item:7"],
  [null, '{"clock_device_id":"writer"}', "legacy:source:memory_item:7"],
  ["legacy:memory_item:42", null, "legacy:source:memory_item:42"],
  ["legacy:memory_item:42", '{"clock_device_id":"writer"}', "legacy:writer:memory_item:42"],
  ["legacy:memory_item:42", '{"clock_device_id":"local"}', "legacy:source:memory_item:42"],
  ["legacy:memory_item:42", '{"clock_device_id":7}', "legacy:source:memory_item:42"],
  ["legacy:memory_item:42", "not json", "legacy:source:memory_item:42"],
  ["legacy:author:memory_item:42", '{"clock_device_id":"w"}', "legacy:author:memory_item:42"],
];

Deno.test("the identity of a memory does not depend on the machine that holds the row", () => {
  for (const [importKey, metadata, expected] of IDS) {
    const { entityId } = candidateOf({ import_key: importKey, metadata_json: metadata });
    assertEquals(entityId, expected, `${importKey} with ${metadata}`);
  }
});

const CLOCK_DEVICES: [changes: UpstreamRow, expected: string][] = [
  [{}, "writer"],
  [{ metadata_json: null }, "author"],
  [{ metadata_json: '{"clock_device_id":"local"}' }, "author"],
  [{ metadata_json: "[1]" }, "author"],
  [{ metadata_json: null, origin_device_id: "not a device" }, "source"],
  [{ metadata_json: null, origin_device_id: null }, "source"],
  [{ metadata_json: null, origin_device_id: null, import_key: "legacy:far:memory_item:1" }, "far"],
];

Deno.test("the clock names the device that wrote the version", () => {
  for (const [changes, expected] of CLOCK_DEVICES) {
    assertEquals(
      candidateOf(changes).clock.deviceId,
      expected,
      JSON.stringify(changes.metadata_json),
    );
  }
});

const INSTANTS: [text: string, expected: string][] = [
  ["2026-01-02T03:04:05.678901+00:00", "2026-01-02T03:04:05.678Z"],
  ["2026-01-02T03:04:05.678Z", "2026-01-02T03:04:05.678Z"],
  ["2026-01-02T03:04:05", "2026-01-02T03:04:05.000Z"],
  ["2026-01-02 03:04:05.5", "2026-01-02T03:04:05.500Z"],
  ["2026-01-02T05:04:05+02:00", "2026-01-02T03:04:05.000Z"],
];

Deno.test("timestamps of every precision become one form, and a naive one means UTC", () => {
  for (const [text, expected] of INSTANTS) {
    assertEquals(candidateOf({ updated_at: text }).clock.updatedAt, expected);
    assertEquals(candidateOf({ created_at: text }).content?.createdAt, expected);
  }
  assertEquals(candidateOf({ updated_at: null }).clock.updatedAt, "2026-01-02T03:04:05.678Z");
  assertEquals(candidateOf({ updated_at: "" }).clock.updatedAt, "2026-01-02T03:04:05.678Z");
});

const LISTS: [json: string | null, expected: string[]][] = [
  [null, []],
  ["", []],
  ["{}", []],
  ["[]", []],
  ["null", []],
  ['"text"', []],
  ["broken [", []],
  ['["a","b"]', ["a", "b"]],
  ['["", 0, 1.5, true, null, {"a":1}, ["b"]]', ["", "0", "1.5", "true", '{"a":1}', '["b"]']],
  ['["a\\u0000b", "\\ud800"]', ["a\ufffdb", "\ufffd"]],
];

Deno.test("lists hold texts, and what is not a list is none", () => {
  for (const [json, expected] of LISTS) {
    const content = candidateOf({
      facts: json,
      concepts: json,
      files_read: json,
      files_modified: json,
    }).content!;
    assertEquals(content.facts, expected);
    assertEquals(content.concepts, expected);
    assertEquals(content.filesRead, expected);
    assertEquals(content.filesModified, expected);
  }
});

Deno.test("empty texts, zeros and null stay what they are", () => {
  const { content, clock } = candidateOf({
    title: "",
    body_text: "",
    subtitle: "",
    narrative: "",
    project: "",
    confidence: 0,
    tags_text: "",
    rev: 0n,
  });
  assertEquals(
    [content!.title, content!.body, content!.subtitle, content!.narrative, content!.project],
    ["", "", "", "", ""],
  );
  assertEquals([content!.confidence, content!.tags, clock.rev], [0, [], 0]);
  const absent = candidateOf({ subtitle: null, confidence: null, tags_text: null, rev: null });
  assertEquals([absent.content!.subtitle, absent.content!.confidence], [null, null]);
  assertEquals([absent.content!.tags, absent.clock.rev], [[], 0]);
});

Deno.test("a memory's own project goes before its session's", () => {
  assertEquals(candidateOf({ project: "beta" }).content?.project, "beta");
  assertEquals(candidateOf({ project: null }).content?.project, "alpha");
  assertEquals(candidateOf({ project: null, session_project: null }).content?.project, null);
});

Deno.test("a deactivated memory stays a memory, and stays inactive", () => {
  const inactive = candidateOf({ active: 0n, deleted_at: null });
  assertEquals([inactive.content?.active, inactive.deletedAt], [false, null]);
  assertEquals(candidateOf({ active: null }).content?.active, true);
  assertEquals(candidateOf({ active: 0n, deleted_at: "" }).content?.active, false);
});

Deno.test("a deleted memory leaves a tombstone without text", () => {
  const tombstone = candidateOf({ active: 0n, deleted_at: "2026-01-02T04:04:05.678901+00:00" });
  assertEquals(tombstone, {
    entityId: "key-1",
    content: null,
    clock: { rev: 3, updatedAt: "2026-01-02T04:04:05.678Z", deviceId: "writer" },
    deletedAt: "2026-01-02T04:04:05.678Z",
  });
  assertEquals(candidateOf({ deleted_at: "once", title: null, oversize: 1n }).content, null);
});

Deno.test("the tombstone of a key that was renamed does not delete the memory under its new key", () => {
  const context = {
    deviceId: "source",
    qualifiedLegacyKeys: new Set(["legacy:writer:memory_item:42"]),
  };
  const moved = { ...ROW, import_key: "legacy:memory_item:42", deleted_at: "2026-01-02T05:00:00Z" };
  assertEquals(readUpstreamRow(moved, context), {});
  const deleted = readUpstreamRow(moved, CONTEXT).candidate;
  assertEquals([deleted?.entityId, deleted?.content], ["legacy:writer:memory_item:42", null]);
});

Deno.test("columns that say something of one machine only do not reach the content", () => {
  const local = {
    session_id: 5n,
    prompt_number: 2n,
    user_prompt_id: 9n,
    actor_id: "local:source",
    actor_display_name: "me",
    visibility: "shared",
    workspace_id: "shared:default",
    workspace_kind: "shared",
    origin_source: "sync",
    trust_state: "trusted",
    dedup_key: "k",
    scope_id: "team",
  };
  assertEquals(candidateOf(local), candidateOf({}));
});

Deno.test("texts are stored as they can be: no NUL, no half a character", () => {
  assertEquals(candidateOf({ title: "a\0b\ud800" }).content?.title, "a\ufffdb\ufffd");
  const bytes = new TextEncoder().encode("Grüße\0!");
  assertEquals(candidateOf({ body_text: bytes }).content?.body, "Grüße\ufffd!");
});

const PROBLEMS: [changes: UpstreamRow, problem: string][] = [
  [{ kind: "" }, "kind is empty"],
  [{ title: null }, "title is missing"],
  [{ body_text: null }, "body_text is missing"],
  [{ title: new Uint8Array([0xff, 0xfe]) }, "title is not a text"],
  [{ created_at: "yesterday" }, "created_at is not a timestamp"],
  [{ updated_at: "2026-02-31T00:00:00Z" }, "updated_at is not a timestamp"],
  [{ updated_at: null, created_at: null }, "updated_at is missing"],
  [{ rev: -1n }, "rev is not a revision"],
  [{ rev: 9_223_372_036_854_775_807n }, "rev is not a revision"],
  [{ rev: 1.5 }, "rev is not a revision"],
  [{ rev: "many" }, "rev is not a revision"],
  [{ import_key: "a\nb" }, "import_key is not a valid id"],
  [{ import_key: "k".repeat(257) }, "import_key is not a valid id"],
  [{ import_key: new Uint8Array([0xff]) }, "import_key is not a text"],
  [{ body_text: null, oversize: 1n }, `larger than ${MAX_PAYLOAD_BYTES} bytes`],
  [{ body_text: "x".repeat(MAX_PAYLOAD_BYTES) }, `larger than ${MAX_PAYLOAD_BYTES} bytes`],
];

Deno.test("a row that cannot be taken says why", () => {
  for (const [changes, problem] of PROBLEMS) assertEquals(problemOf(changes), problem);
});
