/** What a host of a lab hears by multicast DNS. */
import { type DnsMessage, readDnsMessage } from "./dns_message.ts";
import { eventually } from "../eventually.ts";
import type { Running } from "../devices/home.ts";
import type { LabHost } from "../lab/lab_host.ts";

const SCRIPT = `${import.meta.dirname}/mdns_listener.ts`;

/** A message that was heard. */
export interface HeardMessage extends DnsMessage {
  /** The IP address of the interface that it came from. */
  readonly from: string;
  readonly bytes: Uint8Array;
}

/** Listens, and asks for devices, on one interface of a host. */
export class HeardMdns implements AsyncDisposable {
  readonly #script: Running;

  private constructor(script: Running) {
    this.#script = script;
  }

  /** Starts to listen. @param address an IPv4 address of the interface */
  static async on(host: LabHost, name: string, address: string): Promise<HeardMdns> {
    const command = [Deno.execPath(), "run", "-A", "--quiet", SCRIPT, name, address];
    const heard = new HeardMdns(host.start(...command));
    await heard.#script.waitFor(/listening udp4/);
    return heard;
  }

  /** Every answer and announcement heard so far, whoever it came from. */
  adverts(): HeardMessage[] {
    const lines = this.#script.output.split("\n").filter((line) => /^\{.*\}$/.test(line));
    return lines.map((line) => {
      const { from, hex } = JSON.parse(line) as { from: string; hex: string };
      const bytes = Uint8Array.fromHex(hex);
      return { from, bytes, ...readDnsMessage(bytes) };
    }).filter(({ isResponse }) => isResponse);
  }

  /**
   * Waits for an advert that has everything in it which is needed to dial.
   *
   * @param address the IPv4 address in it
   */
  async advertOf(address: string): Promise<HeardMessage> {
    const find = () => this.adverts().find((advert) => isComplete(advert, address));
    await eventually(`an advert of ${address}`, () => find() !== undefined);
    return find()!;
  }

  /** Whether any device has taken its advert back. */
  hasGoodbye(): boolean {
    return this.adverts().flatMap(({ records }) => records).some(({ type, ttlS, name }) =>
      type === "PTR" && ttlS === 0 && name === "_codemem._tcp.local"
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#script.stop();
  }
}

function isComplete({ records }: HeardMessage, address: string): boolean {
  return records.some(({ type, text }) => type === "A" && text === address) &&
    ["SRV", "TXT"].every((wanted) => records.some(({ type }) => type === wanted));
}
