import { assertEquals } from "@std/assert";

Deno.test("a failure that nothing has caught is told, and ends nothing", async () => {
  const { code, stdout } = await run(`
    const next = [
      () => { throw new Error("two"); },
      () => { console.log("alive"); stop(); },
    ];
    const stop = catchStrayFailures((failure) => {
      console.log("told: " + failure.message);
      setTimeout(next.shift());
    });
    Promise.reject(new Error("one"));
  `);
  assertEquals([code, stdout], [0, "told: one\ntold: two\nalive\n"]);
});

Deno.test("afterwards such a failure ends the process as ever", async () => {
  const { code, stdout } = await run(`
    catchStrayFailures((failure) => console.log("told: " + failure.message))();
    setTimeout(() => console.log("alive"), 50);
    Promise.reject(new Error("one"));
  `);
  assertEquals([code, stdout], [1, ""]);
});

async function run(script: string): Promise<{ code: number; stdout: string }> {
  const module = new URL("./stray_failures.ts", import.meta.url).href;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "--ext=ts", "-"],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const source = `import { catchStrayFailures } from ${JSON.stringify(module)};\n${script}`;
  await new Blob([source]).stream().pipeTo(child.stdin);
  const { code, stdout } = await child.output();
  return { code, stdout: new TextDecoder().decode(stdout) };
}
