import { assert, assertEquals, assertThrows } from "@std/assert";
import { eventually } from "../../tests/support/eventually.ts";
import { CodememError } from "../errors.ts";
import { DeviceEvents } from "../runtime/device_events.ts";
import { openStore } from "../store/store.ts";
import { statusReport } from "../sync/report/status_report.ts";
import { EventStreams } from "./events.ts";
import type { DeviceEvent } from "./running_device.ts";

Deno.test("a stream begins with how sync stands, and tells what happens in its order", async () => {
  using bench = new Bench();
  const page = bench.open();
  assertEquals(await page.next(), { retry: "1000" });
  assertEquals((await page.next()).event, "status");
  const progress = { phase: "pull", ops: 3, total: null } as const;
  bench.tell({ type: "progress", peerDeviceId: "laptop", progress });
  bench.tell({ type: "paired", peerDeviceId: "desk", name: "Desk" });
  const told = [await page.next(), await page.next(), await page.next()];
  assertEquals(told.map(({ event }) => event), ["progress", "paired", "status"]);
  assertEquals(JSON.parse(told[0]!.data!), { peer_device_id: "laptop", ...progress });
  assertEquals(JSON.parse(told[1]!.data!), { peer_device_id: "desk", name: "Desk" });
});

Deno.test("a change is read once for all pages, and a thousand changes a few times", async () => {
  using bench = new Bench();
  const pages = [bench.open(), bench.open(), bench.open()];
  for (const page of pages) await page.skip(2);
  assertEquals(bench.statuses, 3);
  for (let count = 0; count < 1_000; count++) bench.tell({ type: "changed" });
  for (const page of pages) assertEquals((await page.next()).event, "status");
  assertEquals(bench.statuses, 4);
  for (let count = 0; count < 1_000; count++) bench.tell({ type: "changed" });
  for (const page of pages) assertEquals((await page.next()).event, "status");
  assertEquals(bench.statuses, 5);
});

Deno.test("before the end pages are told where the viewer goes, even those that read nothing yet", async () => {
  using bench = new Bench();
  const page = bench.open();
  bench.streams.close({ host: "127.0.0.1", port: 40_000 });
  const events = [await page.next(), await page.next(), await page.next()];
  assertEquals(events.map(({ event, data }) => [event, data]).at(-1), [
    ...["moved", '{"host":"127.0.0.1","port":40000}'],
  ]);
});

Deno.test("where no page is open, nothing is followed and nothing is read", async () => {
  using bench = new Bench();
  bench.tell({ type: "changed" });
  assertEquals([bench.statuses, bench.followers], [0, 0]);
  const [one, other] = [bench.open(), bench.open()];
  assertEquals(bench.followers, 1);
  bench.tell({ type: "changed" });
  await one.leave();
  assertEquals(bench.followers, 1);
  await other.leave();
  assertEquals([bench.statuses, bench.followers], [2, 0]);
  // What was put off is not done: the runner tells of timers that are left.
});

Deno.test("pages that come and go leave nothing behind, and the place of each is free again", async () => {
  using bench = new Bench();
  for (let round = 0; round < 3; round++) {
    const pages = Array.from({ length: 64 }, () => bench.open());
    const refused = assertThrows(() => bench.open(), CodememError);
    assertEquals([refused.code, refused.status], ["too_many_requests", 429]);
    for (const page of pages) await page.leave();
    assertEquals(bench.followers, 0);
  }
});

Deno.test("a page that does not read is told the newest of each thing when it reads again", async () => {
  using bench = new Bench();
  const page = bench.open();
  const reader = bench.open();
  await reader.skip(2);
  for (let ops = 1; ops <= 10_000; ops++) {
    const progress = { phase: "pull", ops, total: 10_000 } as const;
    bench.tell({ type: "progress", peerDeviceId: `peer ${ops % 2}`, progress });
  }
  bench.tell({ type: "synced", peerDeviceId: "peer 1", ok: true });
  while ((await reader.next()).event !== "status");
  const told = [];
  do told.push(await page.next()); while (told.at(-1)!.event !== "synced");
  assert(told.length < 10, `${told.length} were kept`);
  assertEquals((await page.next()).event, "status");
  const last = told.findLast(({ data }) => data?.includes('"peer 0"'));
  assertEquals(JSON.parse(last!.data!).ops, 10_000);
});

Deno.test("all streams end when the viewer is closed, also those that nobody reads", async () => {
  using bench = new Bench();
  const [reading, still] = [bench.open(), bench.open()];
  await reading.skip(2);
  const next = reading.next().catch(() => "ended");
  bench.streams.close();
  assertEquals(await next, "ended");
  assertEquals(bench.followers, 0);
  await still.leave();
  const again = bench.open();
  assertEquals(await again.next(), { retry: "1000" });
});

Deno.test("how sync stands is told later where it cannot be read at first", async () => {
  using bench = new Bench();
  const page = bench.open();
  await page.skip(2);
  bench.failing = new CodememError("database_busy", "The database is busy");
  bench.tell({ type: "changed" });
  await eventually("it is noted", () => bench.faults.length === 1);
  bench.failing = undefined;
  assertEquals((await page.next()).event, "status");
  assertEquals(bench.faults.map(({ code }) => code), ["database_busy"]);
  bench.failing = new CodememError("database_busy", "The database is busy");
  assertThrows(() => bench.open(), CodememError);
});

/** Streams over the status of a real store, with what is counted of them. */
class Bench implements Disposable {
  readonly streams: EventStreams;
  readonly faults: CodememError[] = [];
  statuses = 0;
  followers = 0;
  failing: CodememError | undefined;
  readonly #events = new DeviceEvents((thrown) => {
    throw thrown;
  });
  readonly #store = openStore({ path: ":memory:" });

  constructor() {
    const subscribe = (listener: (event: DeviceEvent) => void) => {
      const end = this.#events.subscribe(listener);
      this.followers++;
      return () => {
        end();
        this.followers--;
      };
    };
    this.streams = new EventStreams({
      device: { status: () => this.#status(), subscribe },
      onFault: (error) => this.faults.push(error),
    });
  }

  open(): Page {
    return new Page(this.streams.answer());
  }

  tell(event: DeviceEvent): void {
    this.#events.tell(event);
  }

  #status() {
    if (this.failing !== undefined) throw this.failing;
    this.statuses++;
    return statusReport(this.#store, {
      enabled: true,
      deviceName: "studio",
      mdnsEnabled: false,
      version: "0.0.0-test",
      daemon: undefined,
      service: { kind: null, installed: false, enabled: false, active: false },
      binds: [],
      databaseHeld: false,
      identityFault: null,
      port: 7337,
      nowMs: 0,
    });
  }

  [Symbol.dispose](): void {
    this.streams.close();
    this.#store.close();
  }
}

/** A page that reads its stream. */
class Page {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;

  constructor(response: Response) {
    assertEquals(response.headers.get("content-type"), "text/event-stream");
    this.#reader = response.body!.getReader();
  }

  /** The fields of the next message. */
  async next(): Promise<Readonly<Record<string, string>>> {
    const { value, done } = await this.#reader.read();
    if (done) throw new Error("The stream has ended");
    const lines = new TextDecoder().decode(value).trim().split("\n");
    return Object.fromEntries(lines.map((line) => /^(\w+): ?(.*)$/.exec(line)!.slice(1)));
  }

  async skip(count: number): Promise<void> {
    for (let index = 0; index < count; index++) await this.next();
  }

  async leave(): Promise<void> {
    await this.#reader.cancel();
  }
}
