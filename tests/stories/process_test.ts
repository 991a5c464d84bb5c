import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { COMMANDS } from "../../lib/cli/commands/mod.ts";
import { VERSION } from "../../lib/cli/version.ts";
import { Home } from "../support/devices/home.ts";

Deno.test("the version names program, runtime and system", async () => {
  await using home = await Home.make();
  const text = await home.text("--version");
  assertMatch(text, /^codemem \d+\.\d+\.\d+( \([0-9a-f]{12}\))?, Deno \d+\.\d+\.\d+, \S+\n$/);
  const facts = await home.json<Record<string, string>>("--version");
  assertEquals([facts.version, facts.deno], [VERSION, Deno.version.deno]);
  assertEquals(await home.snapshot(), {});
});

Deno.test("help is there for the program, for groups and for every command", async () => {
  await using home = await Home.make();
  const whole = await home.text("--help");
  for (const form of [["-h"], ["help"], []]) assertEquals(await home.text(...form), whole);
  for (const { name, summary } of COMMANDS) {
    assertMatch(whole, new RegExp(`^  ${name} +${summary}$`, "m"));
  }
  const group = await home.text("config", "--help");
  assertStringIncludes(group, "config set");
  assert(!group.includes("remember"));
  const helps = await Promise.all(
    COMMANDS.map(({ name }) => home.run([...name.split(" "), "--help"])),
  );
  for (const [index, { name }] of COMMANDS.entries()) {
    const { code, stdout, stderr } = helps[index]!;
    assertEquals(code, 0, stderr);
    assertStringIncludes(stdout, `Usage: codemem ${name}`);
    assertStringIncludes(stdout, "--json");
  }
  assertEquals(await home.text("help", "config", "set"), await home.text("config", "set", "-h"));
  assertEquals(await home.snapshot(), {});
});

Deno.test("CODEMEM_HOME is made for its owner alone", async () => {
  await using home = await Home.make();
  const options = { env: { CODEMEM_HOME: home.path("a/../device") } };
  assertEquals((await home.run(["remember", "x"], options)).code, 0);
  assertEquals((await Deno.stat(home.path("device"))).mode! & 0o777, 0o700);
  assert((await Deno.stat(home.path("device/codemem.db"))).isFile);
});

Deno.test("without CODEMEM_HOME the files go below the home folder", async () => {
  await using home = await Home.make();
  const env = { CODEMEM_HOME: undefined, HOME: home.folder };
  assertEquals((await home.run(["remember", "x"], { env })).code, 0);
  assertEquals((await home.run(["config", "set", "sync_port", "7400"], { env })).code, 0);
  assert((await Deno.stat(home.path(".codemem/codemem.db"))).isFile);
  assert((await Deno.stat(home.path(".config/codemem/config.json"))).isFile);
});

Deno.test("a reader that goes away ends the program quietly", async () => {
  await using home = await Home.make();
  for (let count = 0; count < 3; count++) {
    await home.run(["remember", "-"], { stdin: "much text ".repeat(30_000) });
  }
  const child = home.command(["export"]).spawn();
  await child.stdout.cancel();
  const stderr = await new Response(child.stderr).text();
  assertEquals([(await child.status).code, stderr], [0, ""]);
});

Deno.test("an interrupt ends a waiting command as shells expect, and nothing is kept", async () => {
  await using home = await Home.make();
  await home.text("remember", "before");
  const child = home.command(["remember", "-"], { stdin: "" }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode("half a tex"));
  await new Promise((resolve) => setTimeout(resolve, 200));
  child.kill("SIGINT");
  const { code, signal } = await child.status;
  await Promise.all([child.stdout.cancel(), child.stderr.cancel(), writer.abort()]);
  assertEquals([code, signal], [130, "SIGINT"]);
  assertEquals((await home.json<unknown[]>("recent")).length, 1);
});

Deno.test("many writers at the same time all succeed", async () => {
  await using home = await Home.make();
  const texts = Array.from({ length: 6 }, (_, index) => `memory ${index}`);
  await Promise.all(texts.map((text) => home.text("remember", text)));
  const memories = await home.json<{ title: string }[]>("recent");
  assertEquals(memories.map(({ title }) => title).sort(), texts);
});

Deno.test("a start loads the command line alone: no package, no store, no command", async () => {
  const found = loadedWith(await moduleGraph(), "/main.ts");
  const commandLine = String.raw`lib/cli/((input|output|device)/)?\w+|lib/cli/commands/mod`;
  const allowed = new RegExp(`/(main|lib/errors|${commandLine}|lib/config/(paths|nearest))\\.ts$`);
  assertEquals(found.filter((specifier) => !allowed.test(specifier)), []);
});

Deno.test("of all commands only serve loads the viewer, and none the script of its pages", async () => {
  const graph = await moduleGraph();
  const isOfViewer = (specifier: string) =>
    /\/(ui|lib\/viewer|scripts)\/|preact/.test(specifier.replace(/^.*\/deno-std\//, ""));
  const commands = graph.filter(({ specifier }) => /\/commands\/\w+\.ts$/.test(specifier));
  assertEquals(commands.length, COMMANDS.length + 1);
  const heavy = commands.filter(({ specifier }) => loadedWith(graph, specifier).some(isOfViewer));
  assertEquals(heavy.map(({ specifier }) => specifier.split("/").at(-1)), ["serve.ts"]);
  const scripts = loadedWith(graph, "/commands/serve.ts").filter((each) =>
    /\/scripts\//.test(each)
  );
  assertEquals(scripts, []);
});

/** A module of the program, with what it imports. */
interface Module {
  readonly specifier: string;
  readonly dependencies?: readonly {
    readonly isDynamic?: boolean;
    readonly code?: { readonly specifier: string };
  }[];
}

/** The modules of the program. */
async function moduleGraph(): Promise<readonly Module[]> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", `${import.meta.dirname}/../../main.ts`],
  });
  const { stdout } = await command.output();
  return JSON.parse(new TextDecoder().decode(stdout)).modules;
}

/** Everything that is loaded when a module is, by the end of that module's name. */
function loadedWith(graph: readonly Module[], name: string): string[] {
  const modules = new Map(graph.map((module) => [module.specifier, module]));
  const found = new Set<string>();
  const visit = (specifier: string) => {
    if (found.has(specifier)) return;
    found.add(specifier);
    for (const { code, isDynamic } of modules.get(specifier)?.dependencies ?? []) {
      if (code !== undefined && isDynamic !== true) visit(code.specifier);
    }
  };
  visit(graph.find(({ specifier }) => specifier.endsWith(name))!.specifier);
  return [...found];
}
