/** A device in the background, as `sync start` leaves it: a process that is no child of the test. */
import type { Home } from "./home.ts";

/** What `sync start --json` says. */
export interface StartedJson {
  readonly state: string;
  readonly started: boolean;
  readonly pid: number;
  readonly viewer: string;
  readonly service: string | null;
  readonly listeners: readonly { readonly port: number; readonly listening: boolean }[];
}

/** It, until the end of the test. */
export interface Background extends StartedJson, AsyncDisposable {}

/** Starts a device in the background; it ends with the test, however the test ends. */
export async function startInBackground(home: Home): Promise<Background> {
  const started = await home.json<StartedJson>("sync", "start");
  return { ...started, [Symbol.asyncDispose]: () => endBackground(home) };
}

/** Ends what runs a device, if anything does. */
export async function endBackground(home: Home): Promise<void> {
  const { code, stderr } = await home.run(["sync", "stop", "--force"]);
  if (code !== 0 && code !== 5) throw new Error(`It could not be stopped: ${stderr}`);
}
