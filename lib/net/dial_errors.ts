/** What can go wrong on the way to a peer, by kind. */
import { CodememError } from "../errors.ts";

/** How far a connection has come. */
export type DialStage = "tcp" | "handshake" | "data";

/** What the operating system reports of a connection, here and on Deno before 2.8. */
const CONNECTION_CODES = new Set([
  "ECONNABORTED",
  "ECONNRESET",
  "EHOSTDOWN",
  "EHOSTUNREACH",
  "ENETDOWN",
  "ENETRESET",
  "ENETUNREACH",
  "EPIPE",
  "ETIMEDOUT",
]);

function isConnectionError(cause: unknown): boolean {
  if (cause instanceof Deno.errors.InvalidData) return false;
  if (!(cause instanceof Error)) return false;
  if ("code" in cause) return CONNECTION_CODES.has(String(cause.code));
  return cause instanceof Deno.errors.ConnectionReset ||
    cause instanceof Deno.errors.ConnectionAborted || cause instanceof Deno.errors.BrokenPipe ||
    cause instanceof Deno.errors.UnexpectedEof || cause instanceof Deno.errors.TimedOut;
}

/** What a failure means that was met at `stage`. @param name the address, as it is to be shown */
export function dialError(name: string, cause: unknown, stage: DialStage): CodememError {
  if (cause instanceof CodememError) return cause;
  return stage !== "tcp" && !isConnectionError(cause)
    ? untrusted(name, cause)
    : unreachable(name, cause);
}

/** What to say of one who has not proven to hold the pinned key. */
export function untrusted(name: string, cause?: unknown): CodememError {
  return new CodememError(
    "untrusted_certificate",
    `Cannot trust ${name}: what answers there did not prove to hold the pinned key`,
    { hint: "Check the address; pair again if the device has a new identity", cause },
  );
}

/** Nothing is there, or it went away. */
export function unreachable(name: string, cause?: unknown): CodememError {
  return new CodememError("unreachable", `Cannot reach ${name}: no connection`, {
    hint: "Check that codemem is running there and that the network leads to it",
    cause,
  });
}

/** Nothing was heard in time. */
export function timedOut(name: string, timeoutMs: number): CodememError {
  const message = `Cannot connect to ${name}: no answer within ${timeoutMs} ms`;
  return new CodememError("timed_out", message, {
    hint: "Check that the device is on and in the same network",
  });
}

/** The caller gave up. */
export function interrupted(name: string): CodememError {
  return new CodememError("interrupted", `Cannot connect to ${name}: it was interrupted`);
}
