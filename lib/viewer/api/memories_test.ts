import { assert, assertEquals, assertMatch } from "@std/assert";
import { pair, startDevice, sync, type TestDevice } from "../../../tests/support/devices/device.ts";
import { type Answered, ViewerClient } from "../../../tests/support/viewer/viewer_client.ts";

/** Asks as a page of the viewer does. */
async function clientOf(device: TestDevice) {
  const client = await ViewerClient.open(device);
  return (method: "GET" | "POST" | "PUT" | "DELETE", path: string, body?: unknown) => {
    const whole = `/api/memories${path}`;
    return method === "GET" ? client.get(whole) : client.send(method, whole, body);
  };
}

const titles = ({ body }: Answered) => body.memories.map((each: { title: string }) => each.title);

Deno.test("memories are written, listed, found, changed and forgotten", async () => {
  await using device = await startDevice("studio");
  const ask = await clientOf(device);
  const made = await ask("POST", "", {
    body: "The build needs Node 20\nfor npx",
    tags: ["ci", "ci"],
  });
  assertEquals(made.status, 201);
  const { memory, origin_device_name, history } = made.body;
  assertEquals([memory.title, memory.kind, memory.tags], [
    "The build needs Node 20",
    "discovery",
    ["ci"],
  ]);
  assertEquals([origin_device_name, history.length, history[0].stands], ["studio", 1, true]);
  assertEquals((await ask("GET", `/${memory.id}`)).body, made.body);

  const list = await ask("GET", "");
  assertEquals([list.body.total, list.body.next], [1, null]);
  const [summary] = list.body.memories;
  assertEquals([summary.id, summary.origin_device_name, summary.excerpt], [
    ...[memory.id, "studio", "for npx"],
  ]);
  assert(!("body" in summary));
  assertEquals(titles(await ask("GET", "?q=nod")), ["The build needs Node 20"]);
  assertEquals(titles(await ask("GET", "?q=nod&kind=bugfix")), []);

  const changed = await ask("PUT", `/${memory.id}`, { title: "Node 20", project: "atlas" });
  assertEquals([changed.body.memory.title, changed.body.memory.body], ["Node 20", memory.body]);
  assertEquals(changed.body.history.map((each: { stands: boolean }) => each.stands), [true, false]);
  assertEquals((await ask("PUT", `/${memory.id}`, {})).body.memory.rev, 2);
  const facets = (await ask("GET", "/facets")).body;
  assertEquals([facets.total, facets.projects, facets.devices[0].device_name], [
    ...[1, [{ name: "atlas", count: 1 }], "studio"],
  ]);
  const cleared = await ask("PUT", `/${memory.id}`, { project: null, tags: [] });
  assertEquals([cleared.body.memory.project, cleared.body.memory.tags], [null, []]);

  const gone = await ask("DELETE", `/${memory.id}`);
  assertEquals([gone.status, gone.body.id], [200, memory.id]);
  assertEquals((await ask("GET", "")).body.memories, []);
  const deleted = (await ask("GET", `/${memory.id}`)).body;
  assertEquals([deleted.memory.body, deleted.memory.deleted_at], ["", gone.body.deleted_at]);
  assertEquals(deleted.history.map((each: { op_type: string }) => each.op_type), ["delete"]);
  for (const [method, body] of [["PUT", { title: "x" }], ["DELETE", undefined]] as const) {
    assertEquals((await ask(method, `/${memory.id}`, body)).status, 404);
  }
});

Deno.test("what cannot be is refused by name, and changes nothing", async () => {
  await using device = await startDevice("studio");
  const ask = await clientOf(device);
  const { id } = device.store.memories.remember({ kind: "note", title: "t", body: "b" });
  const bodies: readonly (readonly [body: unknown, field: string])[] = [
    [{ body: " \n" }, "body"],
    [{ body: 7 }, "body"],
    [{ body: "b", title: "two\nlines" }, "title"],
    [{ body: "b", title: " " }, "title"],
    [{ body: "b", kind: "two words" }, "kind"],
    [{ body: "b", kind: null }, "kind"],
    [{ body: "b", project: "" }, "project"],
    [{ body: "b", tags: "ci" }, "tags"],
    [{ body: "b", tags: ["ci", ""] }, "tags"],
    [{ body: "b", facts: [1] }, "facts"],
    [{ body: "b", confidence: 1.5 }, "confidence"],
    [{ body: "b", confidence: "0.5" }, "confidence"],
    [{ body: "b", id: "x" }, "id"],
    [{ body: "b", __proto__x: 1 }, "__proto__x"],
  ];
  for (const [body, field] of bodies) {
    for (const [method, path] of [["POST", ""], ["PUT", `/${id}`]] as const) {
      const answer = await ask(method, path, body);
      assertEquals([answer.status, answer.body.field], [400, field], JSON.stringify(body));
    }
  }
  assertEquals((await ask("POST", "", {})).body.field, "body");
  assertEquals((await ask("POST", "", { body: "b".repeat(2_200_000) })).status, 400);
  const queries: readonly (readonly [query: string, field: string])[] = [
    ["?limit=0", "limit"],
    ["?limit=201", "limit"],
    ["?limit=many", "limit"],
    [`?q=${"x".repeat(201)}`, "q"],
    ["?set_aside=yes", "set_aside"],
    ["?before=now", "before"],
    ["?before=5", "before"],
    ["?q=x&before=2026-01-01T00:00:00.000Z.5", "before"],
    ["/arrived", "since"],
    ["/arrived?since=-1", "since"],
  ];
  for (const [query, field] of queries) {
    const answer = await ask("GET", query);
    assertEquals([answer.status, answer.body.field], [400, field], query);
  }
  for (const method of ["GET", "PUT", "DELETE"] as const) {
    const answer = await ask(method, "/nothing", method === "PUT" ? {} : undefined);
    assertEquals([answer.status, answer.body.error], [404, "not_found"]);
  }
  assertEquals([...device.store.memories.all()].map(({ title }) => title), ["t"]);
});

Deno.test("the list is read page by page, with and without a search", async () => {
  await using device = await startDevice("studio");
  const ask = await clientOf(device);
  device.store.transaction(() => {
    for (let index = 0; index < 7; index++) {
      device.store.memories.remember({ kind: "note", title: `t${index}`, body: "zebra" });
    }
  });
  for (const question of ["?limit=3", "?limit=3&q=zeb"]) {
    const seen: string[] = [];
    let next: string | null = "";
    while (next !== null) {
      const answer: Answered = await ask("GET", `${question}&before=${encodeURIComponent(next)}`);
      seen.push(...titles(answer));
      next = answer.body.next;
    }
    assertEquals(seen.length, 7, question);
    assertEquals(new Set(seen).size, 7, question);
  }
});

Deno.test("a memory from another device says where it came from, and its arrival is counted", async () => {
  await using laptop = await startDevice("laptop", { loop: false });
  await using studio = await startDevice("studio", { loop: false });
  await pair(laptop, studio);
  const ask = await clientOf(studio);
  const { newest_arrival: since } = (await ask("GET", "")).body;
  const { id } = laptop.store.memories.remember({ kind: "note", title: "From afar", body: "b" });
  await sync(studio, laptop);
  const { body } = await ask("GET", `/${id}`);
  assertEquals(
    [body.origin_device_name, body.received_from_name, body.history[0].received_from_name],
    ["laptop", "laptop", "laptop"],
  );
  assertEquals((await ask("GET", `/arrived?since=${since}`)).body, { arrived: 1 });
  assertEquals((await ask("GET", `/arrived?since=${since}&q=nothing`)).body, { arrived: 0 });
  const own = (await ask("GET", `?device=${laptop.store.deviceId}`)).body;
  assertEquals(own.memories[0].origin_device_name, "laptop");
});

Deno.test("hostile text is handed out as it is, and as JSON", async () => {
  await using device = await startDevice("studio");
  const ask = await clientOf(device);
  const title = `<script>alert(1)</script> \u202Egnp.exe\u0007`;
  const made = await ask("POST", "", { title, body: "a\0b\ud800" });
  assertEquals([made.body.memory.title, made.body.memory.body], [title, "a\ufffdb\ufffd"]);
  const response = await fetch(
    `http://127.0.0.1:${device.settings.viewerPort}/api/memories/${made.body.memory.id}`,
  );
  assertMatch(response.headers.get("content-type")!, /^application\/json/);
  assertEquals(response.headers.get("x-content-type-options"), "nosniff");
  await response.body?.cancel();
});
