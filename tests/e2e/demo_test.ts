import { assertEquals, assertMatch } from "@std/assert";
import { Home } from "../support/devices/home.ts";

const DEMO = `${import.meta.dirname}/../../scripts/demo.ts`;

/** The demo, with a folder of its own for temporary files. */
function demo(folder: string): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", DEMO],
    env: { TMPDIR: folder },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

/** The processes that work in a folder, as the kernel tells (proc(5)). */
function processesIn(folder: string): string[] {
  return [...Deno.readDirSync("/proc")]
    .map(({ name }) => name)
    .filter((name) => /^\d+$/.test(name) && workingFolder(name)?.startsWith(folder));
}

function workingFolder(pid: string): string | undefined {
  try {
    return Deno.readLinkSync(`/proc/${pid}/cwd`);
  } catch {
    // It has ended, or belongs to somebody else.
    return undefined;
  }
}

Deno.test("the demo ends with equal digests and leaves nothing behind", async () => {
  await using temporary = await Home.make();
  const { code, stdout, stderr } = await demo(temporary.folder).output();
  const text = new TextDecoder().decode(stdout);
  assertEquals([code, new TextDecoder().decode(stderr)], [0, ""]);
  const digests = [...text.matchAll(/\b[0-9a-f]{64} \(\d+ memories, \d+ forgotten\)/g)];
  assertEquals(digests.length, 2);
  assertEquals(digests[0]![0], digests[1]![0]);
  assertMatch(text, /the digests are equal/);
  assertEquals([...Deno.readDirSync(temporary.folder)], []);
});

Deno.test("an interrupted demo leaves nothing behind", async () => {
  await using temporary = await Home.make();
  const child = demo(temporary.folder).spawn();
  let said = "";
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    // In the middle of the work: a serve runs.
    if (!said.includes("serves") && (said + text).includes("serves")) child.kill("SIGINT");
    said += text;
  }
  const stderr = await new Response(child.stderr).text();
  assertEquals([(await child.status).code, stderr], [1, "Interrupted\n"]);
  assertEquals([...Deno.readDirSync(temporary.folder)], []);
  if (Deno.build.os === "linux") assertEquals(processesIn(temporary.folder), []);
});
