/** A disk that becomes full while the key of a device is replaced. */
import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { CodememError } from "../../lib/errors.ts";
import { ensureIdentity, loadIdentity, renewIdentity } from "../../lib/runtime/identity.ts";
import type { IdentityPlace } from "../../lib/runtime/identity_place.ts";
import { rotateKeys } from "../../lib/runtime/rotate_keys.ts";
import { openStore } from "../../lib/store/store.ts";
import { skipUnless } from "../support/skip.ts";
import { canMountSmallDisk, fillDisk, mountSmallDisk } from "../support/system/small_disk.ts";
import { TempFolder } from "../support/devices/stores.ts";

const PEER = { deviceId: "peer", name: "peer", fingerprint: "ab", publicKey: "ssh-ed25519 AAAA" };
const STEP_BYTES = 4_096;

const ACTS: Readonly<Record<string, (place: IdentityPlace) => Promise<unknown>>> = {
  "a new identity": (place) => renewIdentity(place, "old"),
  "a rotation": (place) => rotateKeys(place, Date.now()),
};

for (const [what, act] of Object.entries(ACTS)) {
  Deno.test({
    ...skipUnless(
      canMountSmallDisk(),
      "needs the right to mount",
      `${what} on a disk that is nearly full is made, or nothing is changed`,
    ),
    async fn() {
      const made: boolean[] = [];
      for (let room = 0; made.at(-1) !== true; room += STEP_BYTES) {
        made.push(await isMade(act, room));
      }
      assert(made.includes(false), "the disk was never full");
    },
  });
}

/** Whether it is made with so much room: if not, all has to be as before. */
async function isMade(
  act: (place: IdentityPlace) => Promise<unknown>,
  roomBytes: number,
): Promise<boolean> {
  using folder = new TempFolder();
  using disk = mountSmallDisk(folder)!;
  const store = openStore({ path: join(disk.path, "a.db") });
  const settings = { deviceName: "alice", syncKeyStore: "file" } as const;
  const place = { store, keysDir: join(disk.path, "keys"), settings };
  const before = await ensureIdentity(place);
  store.peers.pin(PEER, { addresses: [], replaceKey: false });
  leaveRoom(disk.path, roomBytes);
  try {
    const error = await failureOf(() => act(place));
    freeDisk(disk.path);
    const after = await loadIdentity(place);
    if (error === undefined) {
      assert(after.fingerprint !== before.fingerprint);
    } else {
      assertEquals([after.deviceId, after.fingerprint], [before.deviceId, before.fingerprint]);
      assertEquals(store.peers.list().length, 1);
    }
    return error === undefined;
  } finally {
    store.close();
  }
}

function leaveRoom(folder: string, bytes: number): void {
  const path = join(folder, "fill");
  Deno.writeFileSync(path, new Uint8Array(bytes));
  fillDisk(folder);
  Deno.truncateSync(path);
}

function freeDisk(folder: string): void {
  for (const { name } of [...Deno.readDirSync(folder)]) {
    if (name.startsWith("fill")) Deno.removeSync(join(folder, name));
  }
}

async function failureOf(act: () => Promise<unknown>): Promise<CodememError | undefined> {
  try {
    await act();
    return undefined;
  } catch (error) {
    if (error instanceof CodememError) return error;
    throw error;
  }
}
