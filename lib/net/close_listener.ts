/** Closing a listener: running requests get a little time, idle connections none. */
import type { Server } from "node:net";
import { within } from "../time/within.ts";
import type { ConnectionGate } from "./connection_gate.ts";

/** The least time that the runtime gets to report the ends of connections that were cut. */
const MIN_CUT_MS = 1_000;

/**
 * Stops accepting, gives running requests `graceMs` to end, then cuts what is left. What the runtime
 * does not end within the same time again is left to the end of the process.
 */
export async function closeListener(
  servers: readonly Pick<Server, "close">[],
  gate: ConnectionGate,
  graceMs: number,
): Promise<void> {
  const closed = servers.map((server) =>
    new Promise<void>((resolve) => void server.close(() => resolve()))
  );
  gate.destroyWhere(({ isBusy }) => !isBusy);
  await within(graceMs, gate.whenEmpty());
  gate.destroyWhere(() => true);
  await within(Math.max(graceMs, MIN_CUT_MS), Promise.all([gate.whenEmpty(), ...closed]));
}
