/** What the system says of a socket, in words. */
import { systemCode } from "../errors.ts";

const WORDS: Readonly<Record<string, string>> = {
  EACCES: "this user may not",
  EADDRINUSE: "the port is in use",
  EADDRNOTAVAIL: "the address is gone",
  EHOSTUNREACH: "nobody is to be reached there",
  ENETDOWN: "the network is down",
  ENETUNREACH: "the network is not to be reached",
  ENOBUFS: "the system has no room for it",
  ENODEV: "the interface is gone",
  EPERM: "the system forbids it, as a firewall does",
};

/** Why it failed; where the system gives no reason, that. */
export function failureWords(error: unknown): string {
  const code = systemCode(error);
  if (code === undefined) return String(error);
  if (code === "UNKNOWN") return "the system gives no reason";
  return WORDS[code] ?? `the system says ${code}`;
}
