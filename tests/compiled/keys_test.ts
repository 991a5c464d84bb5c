/** What a compiled command needs of the system, it has not given up before: with a device that runs, and without. */
import { assert } from "@std/assert";
import { compiledProgram } from "../support/devices/compiled.ts";
import { pairHomes, SyncHome } from "../support/devices/sync_home.ts";

const program = await compiledProgram();

/** In this order: each leaves a device with which the next one can be done. */
const COMMANDS: readonly (readonly string[])[] = [
  ["sync", "enable"],
  ["sync", "status"],
  ["sync", "rotate-keys"],
  ["sync", "move-key", "file", "--stop"],
  ["sync", "enable", "--start"],
  ["backup", "FOLDER/a.backup"],
  ["undo", "--from", "alice", "--since", "1h"],
  ["undo", "--from", "alice", "--since", "1h", "--yes"],
  ["restore", "FOLDER/a.backup", "--stop"],
  ["sync", "start"],
  ["sync", "doctor", "--bundle", "FOLDER/bundle.json"],
  ["sync", "identity", "keep"],
  ["sync", "identity", "new", "--yes"],
  ["sync", "rotate-keys", "--compromised", "--yes"],
  ["sync", "restart"],
  ["sync", "disable"],
  ["sync", "stop"],
];

for (const runs of [true, false]) {
  Deno.test(`every command of keys works compiled, where the device ${runs ? "runs" : "does not run"}`, async () => {
    await using alice = await SyncHome.named("alice", { program: [program] });
    await using bob = await SyncHome.named("bob", { program: [program] });
    {
      await using _serve = await bob.serve();
      await pairHomes(bob, alice);
    }
    await alice.text("remember", "one");
    try {
      for (const command of COMMANDS) {
        if (runs) await alice.run(["sync", "start"]);
        else await alice.run(["sync", "stop"]);
        const words = command.map((word) => word.replace("FOLDER", alice.folder));
        const { code, stderr } = await alice.run(words);
        // A doctor may find something, and nothing can be stopped where nothing runs.
        const mayFail = command.includes("doctor") || (!runs && command.includes("stop"));
        assert(code === 0 || mayFail, `${words.join(" ")}: ${code} ${stderr}`);
        assert(!stderr.includes("permission"), `${words.join(" ")}: ${stderr}`);
      }
    } finally {
      await alice.run(["sync", "stop"]);
    }
  });
}
