import { assertEquals, assertRejects } from "@std/assert";
import { needsProgram, notifier } from "./notify.ts";
import type { RunProgram } from "./run_program.ts";

Deno.test("the manager is told by one datagram, and no file is left", async () => {
  const folder = await Deno.makeTempDir({ prefix: "codemem-notify-" });
  const path = `${folder}/notify`;
  const socket = Deno.listenDatagram({ transport: "unixpacket", path });
  try {
    const env = { NOTIFY_SOCKET: path };
    assertEquals(needsProgram(env), false);
    await notifier(env, noProgram)("READY=1", "STATUS=as it should be");
    const [bytes, from] = await socket.receive();
    assertEquals(new TextDecoder().decode(bytes), "READY=1\nSTATUS=as it should be");
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["notify"]);
    await assertRejects(() => Deno.stat((from as Deno.UnixAddr).path), Deno.errors.NotFound);
  } finally {
    socket.close();
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a socket without a file is reached by way of systemd-notify", async () => {
  const calls: unknown[] = [];
  const run: RunProgram = (program, args) => {
    calls.push([program, ...args]);
    return Promise.resolve({ code: 0, stdout: "", stderr: "" });
  };
  const env = { NOTIFY_SOCKET: "@/org/freedesktop/systemd1/notify" };
  assertEquals(needsProgram(env), true);
  await notifier(env, run)("STOPPING=1");
  assertEquals(calls, [["systemd-notify", "STOPPING=1"]]);
});

Deno.test("where no manager asks to be told, nobody is", async () => {
  for (const env of [{}, { NOTIFY_SOCKET: "" }]) await notifier(env, noProgram)("READY=1");
});

const noProgram: RunProgram = (program) => Promise.reject(new Error(`it ran ${program}`));
