/** Rotating the key of a test device. */
import { rotateKeys } from "../../../lib/runtime/rotate_keys.ts";
import type { TestDevice } from "./device.ts";

/** Rotates so many times; the device takes its last key up by a restart. */
export async function rotate(device: TestDevice, times = 1): Promise<void> {
  const { store, settings, paths } = device;
  for (let done = 0; done < times; done++) {
    await rotateKeys({ store, settings, keysDir: paths.keys }, Date.now());
  }
  await device.restart();
}
