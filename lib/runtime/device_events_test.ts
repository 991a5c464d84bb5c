import { assertEquals } from "@std/assert";
import { CodememError } from "../errors.ts";
import { DeviceEvents } from "./device_events.ts";

Deno.test("a listener that fails keeps nothing from the others, nor from whoever tells", () => {
  const faults: unknown[] = [];
  const events = new DeviceEvents((thrown) => faults.push(thrown));
  const busy = new CodememError("database_busy", "The database is busy");
  const heard: string[] = [];
  events.subscribe(() => {
    throw busy;
  });
  const end = events.subscribe(({ type }) => heard.push(type));
  events.tell({ type: "changed" });
  end();
  events.tell({ type: "changed" });
  assertEquals(heard, ["changed"]);
  assertEquals(faults, [busy, busy]);
});
