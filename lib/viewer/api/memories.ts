/** `/api/memories`: what this device remembers. */
import { Hono } from "hono";
import { CodememError } from "../../errors.ts";
import type { JsonObject } from "../../model/canonical_json.ts";
import { type Memory, titleOf } from "../../model/memory.ts";
import { DEFAULT_KIND } from "../../model/memory_fields.ts";
import type { RunningDevice } from "../running_device.ts";
import { deviceNames, facetsJson, memoryWithHistory } from "./memories_json.ts";
import { memoriesPage, memoriesQuery } from "./memories_query.ts";
import { memoryFields } from "./memory_fields.ts";
import { invalidField, readJsonObject, wholeNumber } from "./request_body.ts";

/** Lists, shows, writes, changes and forgets. */
export function memoriesApi(device: RunningDevice): Hono {
  const { feed, store: { memories } } = device;
  const app = new Hono();
  app.get("/", async (c) => {
    const { searchParams } = new URL(c.req.url);
    return c.json(await memoriesPage(device, memoriesQuery(searchParams)));
  });
  app.get("/facets", async (c) => c.json(facetsJson(await feed.facets(), deviceNames(device))));
  app.get("/arrived", (c) => {
    const { searchParams } = new URL(c.req.url);
    const { filter, text } = memoriesQuery(searchParams);
    const since = requiredNumber(searchParams, "since");
    return c.json({ arrived: feed.countArrived({ ...filter, text, since }) });
  });
  app.post("/", async (c) => {
    const memory = remember(device, await readJsonObject(c.req.raw));
    return c.json(wholeMemory(device, memory.id), 201);
  });
  app.get("/:id", (c) => c.json(wholeMemory(device, c.req.param("id"))));
  app.put("/:id", async (c) => {
    const { id } = requireMemory(device, c.req.param("id"));
    const changes = memoryFields(await readJsonObject(c.req.raw));
    // A request that changes nothing makes no new version either.
    if (Object.keys(changes).length > 0) memories.edit(id, changes);
    return c.json(wholeMemory(device, id));
  });
  app.delete("/:id", (c) => {
    const { id } = requireMemory(device, c.req.param("id"));
    const [forgotten] = memories.forget([id]);
    return c.json({ id, deleted_at: forgotten!.deletedAt });
  });
  return app;
}

/**
 * A memory, deleted or not, with all that is known of it.
 *
 * @throws not_found
 */
export function wholeMemory(device: RunningDevice, id: string) {
  const memory = requireMemory(device, id);
  return memoryWithHistory(memory, device.store.memories.history(id), deviceNames(device));
}

function requireMemory({ store }: RunningDevice, id: string): Memory {
  const memory = store.memories.find(id);
  if (memory !== undefined) return memory;
  throw new CodememError("not_found", "There is no memory with this id", {
    hint: "It may be on another device that has not synced yet",
    details: { field: "id" },
  });
}

function remember({ store }: RunningDevice, request: JsonObject): Memory {
  const { body, ...fields } = memoryFields(request);
  if (body === undefined) throw invalidField("body", "a text that is not empty", undefined);
  return store.memories.remember({ kind: DEFAULT_KIND, title: titleOf(body), body, ...fields });
}

function requiredNumber(parameters: URLSearchParams, name: string): number {
  if (!parameters.has(name)) throw invalidField(name, "a whole number", undefined);
  return wholeNumber(parameters, name, { min: 0, max: 1e15 - 1, fallback: 0 });
}
