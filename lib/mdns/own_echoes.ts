/** One's own packets, which the system delivers back because others on this machine need them. */
import { Buffer } from "node:buffer";

const ECHO_WITHIN_MS = 1_000;

/**
 * Tells echoes from packets of others on this machine, who may send the very same bytes: each packet
 * that was sent is taken for an echo once.
 */
export class OwnEchoes {
  #sent: { readonly text: string; readonly sentMs: number }[] = [];

  /** Notes a packet that is sent to everybody. */
  sent(bytes: Uint8Array, nowMs: number): void {
    // A firewall may keep them from coming back.
    this.#forgetOld(nowMs);
    this.#sent.push({ text: textOf(bytes), sentMs: nowMs });
  }

  /** How many are waited for. */
  get expected(): number {
    return this.#sent.length;
  }

  /** Whether a packet from an address of this machine is such an echo. */
  take(bytes: Uint8Array, nowMs: number): boolean {
    this.#forgetOld(nowMs);
    if (this.#sent.length === 0) return false;
    const text = textOf(bytes);
    const at = this.#sent.findIndex((each) => each.text === text);
    if (at >= 0) this.#sent.splice(at, 1);
    return at >= 0;
  }

  #forgetOld(nowMs: number): void {
    this.#sent = this.#sent.filter(({ sentMs }) => nowMs - sentMs < ECHO_WITHIN_MS);
  }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}
