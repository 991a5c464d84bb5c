import { assertEquals } from "@std/assert";
import { SettingsWatch } from "./settings_watch.ts";

/** A settings file, and calls of `onChange` as they come. */
async function withWatch(
  body: (
    watched: { readonly path: string; readonly changed: () => Promise<void> },
  ) => Promise<void>,
  onChange: () => Promise<void> = () => Promise.resolve(),
): Promise<{ readonly faults: readonly unknown[] }> {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/config.json`;
  const faults: unknown[] = [];
  let next = Promise.withResolvers<void>();
  const watch = new SettingsWatch(path, {
    async onChange() {
      const { resolve } = next;
      next = Promise.withResolvers();
      resolve();
      await onChange();
    },
    onFault: (error) => faults.push(error),
  });
  const looking = setInterval(() => watch.look(), 5);
  try {
    await body({ path, changed: () => next.promise });
  } finally {
    clearInterval(looking);
    await watch.settled();
    await Deno.remove(folder, { recursive: true });
  }
  return { faults };
}

/** Writes the file in one step, as the program does: one that is written by and by changes twice. */
async function put(path: string, text: string): Promise<void> {
  await Deno.writeTextFile(`${path}.new`, text);
  await Deno.rename(`${path}.new`, path);
}

Deno.test("a file that cannot be looked at is a change, and so is its return", async () => {
  await withWatch(async ({ path, changed }) => {
    let change = changed();
    await put(path, "{}");
    await change;
    change = changed();
    await Deno.remove(path);
    await Deno.symlink("config.json", path);
    await change;
    change = changed();
    await Deno.remove(path);
    await Deno.mkdir(path);
    await change;
    change = changed();
    await Deno.remove(path);
    await put(path, "{ }");
    await change;
  });
});

Deno.test("a change that fails is told, and the next one is noticed all the same", async () => {
  const failure = new Error("cannot take that up");
  const { faults } = await withWatch(async ({ path, changed }) => {
    for (const text of ["1", "22"]) {
      const change = changed();
      await put(path, text);
      await change;
    }
  }, () => Promise.reject(failure));
  assertEquals(faults, [failure, failure]);
});

Deno.test("the end of the watch waits for a change that is being taken up", async () => {
  let hasEnded = false;
  await withWatch(async ({ path, changed }) => {
    const change = changed();
    await put(path, "{}");
    await change;
    assertEquals(hasEnded, false);
  }, async () => {
    await new Promise((resolve) => setTimeout(resolve, 50));
    hasEnded = true;
  });
  assertEquals(hasEnded, true);
});
