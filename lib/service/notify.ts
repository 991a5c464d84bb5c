/**
 * Telling the service manager how the process stands: sd_notify(3).
 *
 * One datagram to the socket that the manager names. A socket without a file (its name begins with `@`)
 * is out of reach of the runtime; systemd-notify(1) reaches it, for units that allow it by
 * `NotifyAccess=all`. User managers have a file.
 */
import type { RunProgram } from "./run_program.ts";

/** What is told. */
export type Notice = "READY=1" | "STOPPING=1" | `STATUS=${string}`;

/** Tells the manager; does nothing where there is none. */
export type Notify = (...notices: readonly Notice[]) => Promise<void>;

/** Whether the manager can be told only with the help of another program. */
export function needsProgram(env: Readonly<Record<string, string | undefined>>): boolean {
  return env.NOTIFY_SOCKET?.startsWith("@") ?? false;
}

/**
 * Makes what tells the manager.
 *
 * @param env of which NOTIFY_SOCKET is read
 */
export function notifier(
  env: Readonly<Record<string, string | undefined>>,
  run: RunProgram,
): Notify {
  const path = env.NOTIFY_SOCKET;
  if (!path) return () => Promise.resolve();
  if (needsProgram(env)) {
    return async (...notices) => {
      await run("systemd-notify", notices);
    };
  }
  return async (...notices) => {
    // A process that has given up rights may not send from a socket without a file.
    const folder = await Deno.makeTempDir({ prefix: "codemem-notify-" });
    try {
      await send(`${folder}/socket`, path, notices.join("\n"));
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  };
}

async function send(from: string, to: string, text: string): Promise<void> {
  const socket = Deno.listenDatagram({ transport: "unixpacket", path: from });
  try {
    await socket.send(new TextEncoder().encode(text), { transport: "unixpacket", path: to });
  } finally {
    socket.close();
  }
}
