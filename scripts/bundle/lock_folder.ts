/** Does something while nobody else does that locks the same folder. It leaves no file there. */
export async function whileLocked<T>(folder: string, work: () => Promise<T>): Promise<T> {
  await Deno.mkdir(folder, { recursive: true });
  using lock = await Deno.open(folder);
  await lock.lock(true);
  return await work();
}
