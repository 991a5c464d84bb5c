/** Whom a host dials, in order, as the system knows it (proc_net_tcp(5)). */
import type { Running } from "./home.ts";
import type { LabHost } from "../lab/lab_host.ts";

/** Far more often than dials follow each other. */
const LOOK_MS = 10;
/** The state of a connection whose first packet nobody has answered. */
const SYN_SENT = "02";

/** Notes each connection over IPv4 that a host begins and nobody answers at once. */
export class DialLog implements AsyncDisposable {
  /** Where they go, `address:port`, in the order in which they began. */
  readonly dialled: string[] = [];
  readonly #seen = new Set<string>();
  readonly #anchor: Running;
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(host: LabHost) {
    // The system shows a host's connections to those who ask by a process of it.
    this.#anchor = host.start("sleep", "infinity");
    const path = `/proc/${this.#anchor.pid}/net/tcp`;
    this.#timer = setInterval(() => this.#look(Deno.readTextFileSync(path)), LOOK_MS);
  }

  /** Whether these were dialled one right after the other at some time. */
  holds(addresses: readonly string[]): boolean {
    return ` ${this.dialled.join(" ")} `.includes(` ${addresses.join(" ")} `);
  }

  #look(table: string): void {
    const dials = table.split("\n").slice(1).map((line) => line.trim().split(/\s+/))
      .filter(([, , , state]) => state === SYN_SENT);
    for (const [, local, remote] of dials) {
      const key = `${local} ${remote}`;
      if (this.#seen.has(key)) continue;
      this.#seen.add(key);
      this.dialled.push(readAddress(remote!));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    await this.#anchor.stop();
  }
}

/** `0200A8C0:1CA9`: the bytes of the address from the last to the first, and the port. */
function readAddress(text: string): string {
  const [host, port] = text.split(":");
  return `${Uint8Array.fromHex(host!).toReversed().join(".")}:${parseInt(port!, 16)}`;
}
