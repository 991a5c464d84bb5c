/** Small files of a device: for its owner alone, and whole or not there at all, whenever it breaks off. */
import { PartialFile } from "./partial_file.ts";
import type { PlaceOptions } from "./place.ts";

/**
 * Writes a file.
 *
 * @returns false where there is one that does not make room: it stays as it is
 * @throws what the system says; {@link PartialFile.place}
 */
export function writePrivateFile(path: string, text: string, options: PlaceOptions): boolean {
  using file = new PartialFile(path);
  file.write(new TextEncoder().encode(text));
  return file.place(options);
}
