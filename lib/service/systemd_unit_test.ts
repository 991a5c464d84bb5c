import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { CodememError } from "../errors.ts";
import { skipUnless } from "../../tests/support/skip.ts";
import { hasProgram } from "../../tests/support/system/has_program.ts";
import type { ServiceDefinition } from "./definition.ts";
import { systemdUnit } from "./systemd_unit.ts";

const PLAIN: ServiceDefinition = {
  program: ["/home/alice/.local/bin/codemem", "serve", "--json"],
  environment: { CODEMEM_HOME: "/home/alice/memory", CODEMEM_SYNC_PORT: "7400" },
  stderrPath: "/home/alice/memory/logs/serve.stderr",
};

const NASTY = `/a b%h/$HOME \${HOME} 'c' "d" \\e;#`;

Deno.test("the unit is the one that was agreed on", async () => {
  const golden = await Deno.readTextFile(`${import.meta.dirname}/testdata/codemem.service`);
  assertEquals(systemdUnit(PLAIN), golden);
});

Deno.test("nothing in a word is read as anything but the word", () => {
  const unit = systemdUnit({ ...PLAIN, program: ["/bin/true", NASTY], stderrPath: NASTY });
  const line = (name: string) => unit.split("\n").find((each) => each.startsWith(`${name}=`));
  const escaped = `/a b%%h/$HOME \${HOME} 'c' \\"d\\" \\\\e;#`;
  assertEquals(line("ExecStart"), `ExecStart=:"/bin/true" "${escaped}"`);
  assertEquals(line("StandardError"), `StandardError=append:${NASTY.replace("%", "%%")}`);
});

Deno.test("what no unit can hold is refused", () => {
  for (
    const changed of [
      { program: ["codemem", "serve"] },
      { program: ["/opt/it's/codemem", "serve"] },
      { program: ["/opt/a\\b/codemem", "serve"] },
      { program: ["/bin/true", "a\nExecStartPre=/bin/false"] },
      { environment: { CODEMEM_DEVICE_NAME: "a\nb" } },
      { stderrPath: "/tmp/a\nb" },
    ]
  ) {
    const error = assertThrows(() => systemdUnit({ ...PLAIN, ...changed }), CodememError);
    assertEquals(error.code, "invalid_input");
  }
});

Deno.test(
  skipUnless(
    await hasProgram("systemd-analyze"),
    "needs systemd",
    "systemd finds no fault with the unit, whatever the paths",
  ),
  async () => {
    const folder = await Deno.makeTempDir({ prefix: "codemem-unit-" });
    try {
      const program = `${folder}/a b%h $HOME;#`;
      await Deno.writeTextFile(program, "#!/bin/sh\n", { mode: 0o755 });
      const definitions = [
        { ...PLAIN, program: ["/bin/true", "serve"] },
        { program: [program, NASTY], environment: { CODEMEM_HOME: NASTY }, stderrPath: NASTY },
      ];
      for (const definition of definitions) {
        assertEquals(await verify(folder, systemdUnit(definition)), "");
      }
      const broken = systemdUnit(PLAIN).replace("LockPersonality", "LockPersonalty");
      const said = await verify(folder, broken.replace(/ExecStart=.*/, "ExecStart=/bin/true"));
      assertStringIncludes(said, "LockPersonalty");
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);

/** What systemd has to say of a unit of a user. */
async function verify(folder: string, unit: string): Promise<string> {
  const path = `${folder}/codemem.service`;
  await Deno.writeTextFile(path, unit, { mode: 0o644 });
  const { stderr } = await new Deno.Command("systemd-analyze", {
    args: ["--user", "verify", "--man=no", path],
    env: { HOME: folder, XDG_RUNTIME_DIR: folder },
  }).output();
  const text = new TextDecoder().decode(stderr);
  // Of other units on the machine it says something, too.
  return text.split("\n").filter((line) => line.includes("codemem")).join("\n");
}
