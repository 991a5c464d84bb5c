/** What goes over the wire while three devices, each paired with both others, take in an import. */
import { makeLoopbackHome, pairHomes } from "../support/devices/loopback_home.ts";
import { eventually } from "../support/eventually.ts";
import type { Home } from "../support/devices/home.ts";
import { type Bench, openHome, resetDevices, serve } from "./devices.ts";
import { compared, type Figure } from "./figure.ts";

const PATIENCE_MS = 180_000;

interface AttemptJson {
  readonly pulled: number;
  readonly pushed: number;
}

/** Measures it in three processes of `serve`, by the ops that their attempts have counted. */
export async function* triangle(bench: Bench): AsyncGenerator<Figure> {
  const { full, memories, folder, signal } = bench;
  await resetDevices(bench);
  const file = `${folder}/triangle.jsonl`;
  await Deno.writeTextFile(file, await full.text("export"));
  const homes: Home[] = [];
  for (const name of ["a", "b", "c"]) {
    homes.push(await makeLoopbackHome(`${folder}/triangle-${name}`, name, signal));
  }
  const [a, b, c] = homes as [Home, Home, Home];
  await using _a = await serve(a);
  await using _b = await serve(b);
  await using _c = await serve(c);
  for (const [inviter, acceptor] of [[a, b], [a, c], [b, c]] as const) {
    await pairHomes(inviter, acceptor);
  }
  await a.text("import", file);
  await eventually("all three hold the same", () => haveAll(homes, memories), PATIENCE_MS);
  let moved: number[] = [];
  await eventually("all have recorded what came", async () => {
    moved = await Promise.all(homes.map(opsMoved));
    return sumOf(moved) >= 2 * memories;
  });
  yield compared({
    figure: "import_in_a_triangle_ops",
    value: sumOf(moved),
    unit: "ops",
    limit: 2 * memories,
    goal: { atMost: 1.1 },
    how:
      "ops pulled and pushed by three devices until all know that they hold the same; limit: each " +
      "memory once to each of the two others",
    moved,
  });
}

/** Whether all of them know of each other that they hold so many. */
async function haveAll(homes: readonly Home[], memories: number): Promise<boolean> {
  for (const home of homes) {
    using store = await openHome(home);
    const isSettled = store.peers.list().every(({ state, identicalLive }) =>
      state === "ok" && identicalLive === memories
    );
    if (!isSettled) return false;
  }
  return true;
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, each) => sum + each);
}

async function opsMoved(home: Home): Promise<number> {
  const attempts = await home.json<AttemptJson[]>("sync", "attempts", "--limit", "200");
  return attempts.reduce((sum, { pulled, pushed }) => sum + pulled + pushed, 0);
}
