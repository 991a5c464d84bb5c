import { assert, assertEquals } from "@std/assert";
import { TempFolder } from "../../tests/support/devices/stores.ts";
import { announceChange, watchChanges } from "./changes.ts";

Deno.test("a change that is told of is heard, every time", async () => {
  using folder = new TempFolder();
  let heard = Promise.withResolvers<void>();
  const faults: unknown[] = [];
  const end = watchChanges(folder.file("changes"), {
    onChange: () => heard.resolve(),
    onFault: (error) => faults.push(error),
  });
  for (let each = 0; each < 3; each++) {
    // What the change before has set off may still be on its way.
    await new Promise((resolve) => setTimeout(resolve, 50));
    heard = Promise.withResolvers();
    announceChange(folder.file("changes"));
    await heard.promise;
  }
  end();
  assertEquals(faults, []);
});

Deno.test("where no daemon has ever run, telling makes nothing", () => {
  using folder = new TempFolder();
  announceChange(folder.file("changes"));
  assertEquals([...Deno.readDirSync(folder.path)], []);
});

Deno.test("a folder that cannot be watched is a fault, not the end", () => {
  using folder = new TempFolder();
  Deno.writeTextFileSync(folder.file("changes"), "");
  const faults: unknown[] = [];
  watchChanges(folder.file("changes"), {
    onChange: () => {},
    onFault: (error) => faults.push(error),
  })();
  assertEquals(faults.length, 1);
  assert(faults[0] instanceof Error);
});
