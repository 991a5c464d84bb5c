import { assert, assertEquals } from "@std/assert";
import { defineCommand } from "./command.ts";
import { COMMANDS } from "./commands/mod.ts";
import { commandHelp, programHelp } from "./help.ts";
import { usageLine } from "./input/arguments.ts";

/** What fits beside other windows. */
const MAX_COLUMNS = 100;

Deno.test("the usage of a command shows its arguments and the options that it needs", () => {
  const command = defineCommand({
    arguments: [{ name: "FILE", summary: "" }, { name: "ID", summary: "", repeatable: true }],
    options: {
      from: { type: "text", value: "DEVICE", required: true, summary: "" },
      yes: { type: "flag", summary: "" },
    },
    run: () => Promise.resolve(),
  });
  assertEquals(
    usageLine("sync undo", command),
    "codemem sync undo FILE ID... --from DEVICE [OPTIONS]",
  );
});

Deno.test("no line of any help is wider than a terminal, but for the kinds of memories", async () => {
  const helps = [programHelp(COMMANDS)];
  for (const entry of COMMANDS) helps.push(commandHelp(entry, (await entry.load()).command));
  for (const line of helps.join("\n").split("\n")) {
    assert(line.length <= MAX_COLUMNS || line.includes("--kind"), line);
  }
});
