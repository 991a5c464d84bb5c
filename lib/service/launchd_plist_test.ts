import { assertEquals, assertThrows } from "@std/assert";
import { hasProgram } from "../../tests/support/system/has_program.ts";
import { skipUnless } from "../../tests/support/skip.ts";
import { CodememError } from "../errors.ts";
import type { ServiceDefinition } from "./definition.ts";
import { launchdPlist } from "./launchd_plist.ts";

const PLAIN: ServiceDefinition = {
  program: ["/Users/alice/bin/codemem", "serve", "--json"],
  environment: { CODEMEM_HOME: "/Users/alice/memory" },
  stderrPath: "/Users/alice/memory/logs/serve.stderr",
};

const NASTY = `/a b/<&>]]>/"d"/'e'/~/ü/\u{1f4be}`;

Deno.test("the property list is the one that was agreed on", async () => {
  const golden = await Deno.readTextFile(`${import.meta.dirname}/testdata/internal.codemem.plist`);
  assertEquals(launchdPlist("internal.codemem", PLAIN), golden);
});

Deno.test(
  skipUnless(
    await hasProgram("python3"),
    "needs python3",
    "a parser reads out of the property list what was put in, whatever the paths",
  ),
  async () => {
    const definition = {
      program: [NASTY, "serve"],
      environment: { CODEMEM_HOME: NASTY },
      stderrPath: NASTY,
    };
    assertEquals(await parse(launchdPlist("internal.codemem", definition)), {
      Label: "internal.codemem",
      ProgramArguments: [NASTY, "serve"],
      EnvironmentVariables: { CODEMEM_HOME: NASTY },
      RunAtLoad: true,
      KeepAlive: { SuccessfulExit: false },
      ThrottleInterval: 10,
      ExitTimeOut: 7,
      ProcessType: "Background",
      Umask: 0o077,
      StandardOutPath: "/dev/null",
      StandardErrorPath: NASTY,
    });
  },
);

Deno.test("what XML cannot hold is refused", () => {
  const definition = { ...PLAIN, environment: { CODEMEM_DEVICE_NAME: "a\x01b" } };
  const error = assertThrows(() => launchdPlist("internal.codemem", definition), CodememError);
  assertEquals(error.code, "invalid_input");
});

async function parse(plist: string): Promise<unknown> {
  const script =
    "import json, plistlib, sys; print(json.dumps(plistlib.loads(sys.stdin.buffer.read())))";
  const child = new Deno.Command("python3", {
    args: ["-c", script],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  await new Blob([plist]).stream().pipeTo(child.stdin);
  const { stdout } = await child.output();
  return JSON.parse(new TextDecoder().decode(stdout));
}
