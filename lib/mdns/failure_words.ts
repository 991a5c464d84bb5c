/** What the system says of a socket, in words. */
import { systemCode } from "../errors.ts";

const WORDS: Readonly<Record<string, string>> = {
  EACCES: "this user may not",
  EADDRINUSE: "the port is in use",
  EADDRNOTAVAIL: "the address is gone",
  EHOSTUNREACH: "no host can be reached there",
  ENETDOWN: "the network is down",
  ENETUNREACH: "the network cannot be reached",
  ENOBUFS: "the system is out of buffers",
  ENODEV: "the interface is gone",
  EPERM: "the system forbids it, as a firewall does",
};

/** Why a call to a socket failed: a clause to stand behind what was tried. */
export function failureWords(error: unknown): string {
  const code = systemCode(error);
  if (code === undefined) return String(error);
  if (code === "UNKNOWN") return "the system gives no reason";
  return WORDS[code] ?? `the system says ${code}`;
}
