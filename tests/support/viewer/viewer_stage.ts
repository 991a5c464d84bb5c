/** Devices with memories, as the pages of the viewer are looked at. */
import { sampleMemories } from "../../../scripts/sample_memories.ts";
import { sampleNotes } from "../sample_notes.ts";
import { pair, startDevice, sync, type TestDevice } from "../devices/device.ts";
import { startTroubled } from "./troubled_devices.ts";

/** How many memories stand below those that are read in a picture. */
const OLDER_MEMORIES = 80;
/** So many that nobody reads them all. */
const MANY_MEMORIES = 1_000;

/** The devices whose viewer can be looked at. */
export interface Stage extends AsyncDisposable {
  /** It has memories, a peer that holds the same, and one that is switched off. */
  readonly paired: TestDevice;
  /** It has many memories, and sync is off. */
  readonly alone: TestDevice;
  /** It has nothing yet, and waits for its first peer. */
  readonly fresh: TestDevice;
  /** Nothing goes well with any of its peers, and all names are long. */
  readonly troubled: TestDevice;
  /** Another copy of its database has gone on. */
  readonly forked: TestDevice;
  /** Its database was deleted. */
  readonly lost: TestDevice;
  /** A memory of the paired device, with a history. */
  readonly memoryId: string;
  /** A memory of the troubled one that fits nowhere. */
  readonly longMemoryId: string;
}

/** Sets it up; it is gone at the end. */
export async function setStage(): Promise<Stage> {
  const stack = new AsyncDisposableStack();
  const start = async (name: string, options: Parameters<typeof startDevice>[1] = {}) =>
    stack.use(await startDevice(name, options));
  const paired = await start("studio");
  const laptop = await start("laptop");
  const attic = await start("attic", { loop: false });
  const alone = await start("desk", { settings: { syncEnabled: false } });
  const fresh = await start("new machine");
  keepMemories(paired, OLDER_MEMORIES);
  keepMemories(alone, MANY_MEMORIES);
  await pair(paired, attic);
  await sync(attic, paired);
  await attic.runtime.close();
  await pair(paired, laptop);
  await sync(laptop, paired);
  const [newest] = paired.store.memories.recent({ limit: 1 });
  const { id: memoryId } = newest!;
  paired.store.memories.edit(memoryId, { tags: ["release", "build"] });
  await sync(laptop, paired);
  const { device: troubled, forked, lost, memoryId: longMemoryId } = await startTroubled(stack);
  return {
    ...{ paired, alone, fresh, troubled, forked, lost, memoryId, longMemoryId },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

function keepMemories({ store, name }: TestDevice, memories: number): void {
  const options = { era: "typescript", memories, deviceId: name, seed: 5 } as const;
  for (const { row, project } of sampleMemories(options)) {
    const title = String(row.title ?? "");
    if (title === "") continue;
    store.memories.remember({
      kind: String(row.kind),
      title,
      body: String(row.body_text),
      project,
    });
  }
  for (const note of sampleNotes) store.memories.remember(note);
}
