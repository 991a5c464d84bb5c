/** A disk that is soon full. */
import { TempFolder } from "../devices/stores.ts";

/** A file system of two megabytes in a folder, until it is disposed of; `undefined` where none can be made. */
export function mountSmallDisk(
  folder: TempFolder,
): { readonly path: string } & Disposable | undefined {
  const path = folder.file("small");
  Deno.mkdirSync(path);
  if (!mount(["-t", "tmpfs", "-o", "size=2m", "tmpfs", path])) return undefined;
  return {
    path,
    // A process that another test is just starting may have files of this one open until it runs.
    [Symbol.dispose]: () =>
      void new Deno.Command("umount", { args: ["--lazy", path] }).outputSync(),
  };
}

/** Whether one can be made here. */
export function canMountSmallDisk(): boolean {
  using folder = new TempFolder();
  using disk = Deno.build.os === "linux" ? mountSmallDisk(folder) : undefined;
  return disk !== undefined;
}

/** Takes up what room is left on the disk of a folder. */
export function fillDisk(folder: string): void {
  for (const bytes of [65_536, 4_096, 1]) {
    try {
      for (let count = 0;; count++) {
        Deno.writeFileSync(`${folder}/fill-${bytes}-${count}`, new Uint8Array(bytes));
      }
    } catch (error) {
      if ((error as { code?: unknown }).code !== "ENOSPC") throw error;
    }
  }
}

function mount(args: string[]): boolean {
  try {
    return new Deno.Command("mount", { args, stderr: "null" }).outputSync().success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
