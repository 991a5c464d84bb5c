import { assert, assertEquals } from "@std/assert";
import config from "../../../deno.json" with { type: "json" };
import { ownProgram } from "./own_program.ts";
import { V8_FLAGS } from "../v8_flags.ts";

Deno.test("compiled, the program is the file; from source, Deno runs it with its flags", () => {
  assertEquals(ownProgram({ commit: undefined }, "/bin/codemem"), ["/bin/codemem"]);
  const [deno, ...words] = ownProgram({ sourceRoot: "/src" }, "/bin/deno");
  assertEquals(deno, "/bin/deno");
  assertEquals(words, ["run", "-A", "--quiet", V8_FLAGS, "/src/main.ts"]);
});

Deno.test("every task that runs the program runs it with its flags", () => {
  const tasks = Object.values(config.tasks).map(({ command }) => command);
  const running = tasks.filter((command) =>
    command.includes(" main.ts") && command.includes("run")
  );
  const withoutCheck = running.filter((command) => !command.startsWith("deno check"));
  assert(withoutCheck.length >= 3);
  for (const command of withoutCheck) assert(command.includes(V8_FLAGS), command);
});
