import { assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { eventually } from "../../tests/support/eventually.ts";
import { hasProgram } from "../../tests/support/system/has_program.ts";
import { skipUnless } from "../../tests/support/skip.ts";
import { TempFolder } from "../../tests/support/devices/stores.ts";
import { CodememError } from "../errors.ts";
import { endDaemon } from "./end_daemon.ts";
import { acquireLock, findHolder, isLocked, namedHolder } from "./lock.ts";
import { processStart } from "./process_start.ts";

const END = { force: false, timeoutMs: 60_000 };
/** For who does not end. */
const SOON = { ...END, timeoutMs: 300 };

Deno.test("the lock says who holds it, as long as it is held", async () => {
  using bench = new Bench();
  assertEquals([await isLocked(bench.lock), await findHolder(bench.lock)], [false, undefined]);
  const lock = await acquireLock(bench.lock);
  const self = { pid: Deno.pid, start: await processStart(Deno.pid) };
  assertEquals(await namedHolder(bench.lock), self as { pid: number; start: string });
  assertEquals(await findHolder(bench.lock), self as { pid: number; start: string });
  const error = await assertRejects(() => acquireLock(bench.lock), CodememError);
  assertEquals(error.code, "already_running");
  lock.release();
  assertEquals(await findHolder(bench.lock), undefined, "the file names who is gone");
});

Deno.test("a lock file that cannot be opened is told as such, by who takes it and by who looks", async () => {
  using bench = new Bench();
  Deno.symlinkSync("daemon.lock", bench.lock);
  for (const act of [acquireLock, isLocked]) {
    const error = await assertRejects(() => act(bench.lock), CodememError);
    assertEquals(error.code, "io_failed");
  }
});

Deno.test("a lock that is let go of is free, whatever this process is just starting", async () => {
  using bench = new Bench();
  for (let time = 0; time < 200; time++) {
    const lock = await acquireLock(bench.lock);
    const started = new Deno.Command("true").spawn();
    lock.release();
    assertEquals(await isLocked(bench.lock), false, "a copy of its file holds it");
    await started.status;
  }
});

Deno.test("what stands in the file of a held lock names nobody unless the process is that one", async () => {
  using bench = new Bench();
  const start = await processStart(Deno.pid);
  for (
    const text of [
      "",
      "{",
      "[]",
      JSON.stringify({ pid: Deno.pid }),
      JSON.stringify({ pid: String(Deno.pid), start }),
      JSON.stringify({ pid: -1, start }),
      JSON.stringify({ pid: 0, start }),
      JSON.stringify({ pid: Deno.pid, start: `${start}0` }),
      JSON.stringify({ pid: 2 ** 30, start }),
    ]
  ) {
    await Deno.writeTextFile(bench.lock, text);
    using file = await Deno.open(bench.lock, { read: true, write: true });
    await file.lock(true);
    assertEquals(await findHolder(bench.lock), undefined, text);
  }
});

for (const os of new Set([Deno.build.os, "darwin"] as const)) {
  const name = `the start of a process is its own, and goes with it, as ${os} tells it`;
  Deno.test(skipUnless(await hasProgram("ps"), "needs ps", name), async () => {
    const child = new Deno.Command("sleep", { args: ["60"] }).spawn();
    const start = await processStart(child.pid, os);
    assertNotEquals(start, undefined);
    assertEquals(await processStart(child.pid, os), start);
    assertNotEquals(await processStart(Deno.ppid, os), start);
    child.kill("SIGKILL");
    await child.status;
    assertEquals(await processStart(child.pid, os), undefined);
  });
}

Deno.test("only the holder is ended, and only where there is one", async () => {
  using bench = new Bench();
  assertEquals(await endDaemon(bench.lock, END), "not_running");
  const holder = await bench.startHolder();
  assertEquals(await endDaemon(bench.lock, END), "ended");
  assertEquals((await holder.status).signal, "SIGTERM");
  const stubborn = await bench.startHolder('Deno.addSignalListener("SIGTERM", () => {});');
  assertEquals(await endDaemon(bench.lock, SOON), "still_running");
  assertEquals(await endDaemon(bench.lock, { ...END, force: true }), "ended");
  assertEquals((await stubborn.status).signal, "SIGKILL");
});

Deno.test("a holder has ended when its process has, not when it lets go of the lock", async () => {
  using bench = new Bench();
  const slow = await bench.startHolder(`
    Deno.addSignalListener("SIGTERM", () => {
      lock.release();
      setTimeout(() => Deno.exit(7), 300);
    });`);
  const start = await processStart(slow.pid);
  assertEquals(await endDaemon(bench.lock, END), "ended");
  assertNotEquals(await processStart(slow.pid), start);
  assertEquals((await slow.status).code, 7);
  const stuck = await bench.startHolder('Deno.addSignalListener("SIGTERM", () => lock.release());');
  assertEquals(await endDaemon(bench.lock, SOON), "still_running");
  stuck.kill("SIGKILL");
  await stuck.status;
});

for (const os of new Set([Deno.build.os, "darwin"] as const)) {
  const name = `a process that has ended and waits for its parent has no start, as ${os} tells it`;
  Deno.test(skipUnless(await hasProgram("ps"), "needs ps", name), async () => {
    // The shell becomes a program that never asks how its child has ended.
    const parent = new Deno.Command("sh", {
      args: ["-c", "sleep 0 & echo $!; exec sleep 60"],
      stdout: "piped",
    }).spawn();
    const reader = parent.stdout.getReader();
    const child = Number(new TextDecoder().decode((await reader.read()).value));
    await eventually("it has ended", async () => await processStart(child, os) === undefined);
    parent.kill("SIGKILL");
    await parent.status;
    await reader.cancel();
  });
}

const ofThreads = skipUnless(
  Deno.build.os === "linux",
  "its threads end one by one on Linux",
  "a holder whose first thread has ended still runs as long as another one does",
  { os: "linux" },
);

Deno.test(ofThreads, async () => {
  using bench = new Bench();
  // exit(2) ends the calling thread alone, as SIGKILL ends one thread after the other.
  const holder = await bench.startHolder(`
    const number = Deno.build.arch === "x86_64" ? 60 : 93;
    const { symbols } = Deno.dlopen("libc.so.6", {
      syscall: { parameters: ["i64", "i64"], result: "i64" },
    });
    const end = () => {
      // Until it is taken, there is no lock to name.
      try { lock; } catch { return; }
      symbols.syscall(BigInt(number), 0n);
    };
    setInterval(end, 20);`);
  const state = async () =>
    (await Deno.readTextFile(`/proc/${holder.pid}/stat`)).split(") ")[1]![0];
  await eventually("its first thread has ended", async () => await state() === "Z");
  assertEquals((await findHolder(bench.lock))?.pid, holder.pid);
  assertEquals(await endDaemon(bench.lock, { force: true, timeoutMs: 10_000 }), "ended");
  assertEquals((await holder.status).signal, "SIGKILL");
});

class Bench implements Disposable {
  readonly #folder = new TempFolder();

  get lock(): string {
    return this.#folder.file("daemon.lock");
  }

  /** A process that holds the lock. */
  async startHolder(more = ""): Promise<Deno.ChildProcess> {
    const module = new URL("./lock.ts", import.meta.url).href;
    const script = `
      import { acquireLock } from ${JSON.stringify(module)};
      ${more}
      const lock = await acquireLock(${JSON.stringify(this.lock)});
      setInterval(() => lock, 1_000);
    `;
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--quiet", "--ext=ts", "-"],
      stdin: "piped",
    }).spawn();
    await new Blob([script]).stream().pipeTo(child.stdin);
    while (await findHolder(this.lock) === undefined) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return child;
  }

  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]();
  }
}
