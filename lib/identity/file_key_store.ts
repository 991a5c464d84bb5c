/** A device's key in a file: `device.key`, and `device.key.next` for its successor during a rotation. */
import { join } from "node:path";
import { makePrivateFolder } from "../files/private_folder.ts";
import { removeFile, renameOver, replaceFile } from "./key_files.ts";
import type { KeySlot, KeyStore } from "./key_store.ts";
import { encodePem, readPrivateKeyFile } from "./private_key_file.ts";

/** @param keysDir the folder of the key files */
export function fileKeyStore(keysDir: string): KeyStore {
  const pathOf = (slot: KeySlot) =>
    join(keysDir, slot === "current" ? "device.key" : "device.key.next");
  return {
    name: "file",
    place: pathOf("current"),
    read: (slot) => Promise.try(() => readPrivateKeyFile(pathOf(slot))),
    write: (slot, key) =>
      Promise.try(() => {
        makePrivateFolder(keysDir);
        replaceFile(pathOf(slot), encodePem(key));
      }),
    remove: (slot) => Promise.try(() => removeFile(pathOf(slot))),
    promote: () => Promise.try(() => renameOver(pathOf("next"), pathOf("current"))),
  };
}
