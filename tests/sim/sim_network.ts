/** A network of one process: requests reach real handlers, or do not, as chance will have it. */
import { X509Certificate } from "node:crypto";
import { CodememError } from "../../lib/errors.ts";
import type { HttpResponse } from "../../lib/net/http_exchange.ts";
import type { PinnedRequest } from "../../lib/net/pinned_connection.ts";
import type { SyncHandler } from "../../lib/sync/answer/answer.ts";
import type { Network } from "../../lib/sync/context.ts";
import type { Random } from "../support/random.ts";

/** A device as the network sees it. */
export interface Endpoint {
  /** Stands for its address. */
  readonly host: string;
  readonly certificatePem: string;
  /** As it runs now: another one after each start. */
  readonly handler: () => SyncHandler;
}

/** How often each thing goes wrong with a request: probabilities. */
export interface Faults {
  readonly dropRequest: number;
  readonly dropResponse: number;
  readonly duplicate: number;
  readonly delay: number;
  /** The sender ends before it can do anything with the answer. */
  readonly crash: number;
}

/** Everything arrives. */
const NO_FAULTS: Faults = {
  dropRequest: 0,
  dropResponse: 0,
  duplicate: 0,
  delay: 0,
  crash: 0,
};

/** A request on its way. */
interface Packet {
  readonly from: string;
  readonly to: Endpoint;
  readonly request: PinnedRequest;
}

/** What simulations want to know of the network. */
export interface NetworkEvents {
  /** Before a request is delivered: time passes, others act. */
  readonly onTransit: () => void;
  /** The device at this host ends and starts again. */
  readonly onCrash: (host: string) => void;
  readonly trace: (event: string) => void;
  /** Whether a request that was answered before must now be refused by this device. */
  readonly refusesReplays: (host: string) => boolean;
}

/** More than this of the past is not replayed. */
const REMEMBERED = 200;

/** The network of a simulation. */
export class SimNetwork {
  faults: Faults = NO_FAULTS;
  /** Whether the storm is over. */
  isCalm = false;
  /** Requests that were delivered. */
  delivered = 0;
  readonly #endpoints = new Map<string, Endpoint>();
  readonly #cut = new Set<string>();
  readonly #random: Random;
  readonly #events: NetworkEvents;
  #delayed: Packet[] = [];
  #answered: Packet[] = [];

  constructor(random: Random, events: NetworkEvents) {
    this.#random = random;
    this.#events = events;
  }

  add(endpoint: Endpoint): void {
    this.#endpoints.set(endpoint.host, endpoint);
  }

  /** Cuts the link between two devices, or mends it. */
  toggle(a: string, b: string): void {
    const link = linkOf(a, b);
    if (!this.#cut.delete(link)) this.#cut.add(link);
  }

  /** No faults and no partitions any more; what was delayed is lost. */
  heal(): void {
    this.isCalm = true;
    this.faults = NO_FAULTS;
    this.#cut.clear();
    this.#delayed = [];
  }

  /** The network as one device sees it. */
  of(from: string): Network {
    return {
      connect: async (target) => {
        const to = await this.#reach(from, target.address.host);
        if (target.certificatePem !== to.certificatePem) throw untrusted();
        const request = (request: PinnedRequest) => this.#send({ from, to, request });
        return { request, close: () => {} };
      },
      learnCertificate: async (target) => {
        const { certificatePem } = await this.#reach(from, target.address.host);
        if (!target.accepts(new X509Certificate(certificatePem).raw)) throw untrusted();
        return certificatePem;
      },
    };
  }

  /** Delivers a request that its sender has given up long ago. */
  async deliverDelayed(): Promise<void> {
    const [packet] = this.#delayed.splice(this.#random.below(this.#delayed.length), 1);
    if (packet === undefined) return;
    this.#trace(packet, "late");
    await this.#deliver(packet).catch(ignoreLoss);
  }

  /** Sends a captured request once more: to the device it was for, or to another one. */
  async replay(): Promise<void> {
    if (this.#answered.length === 0) return;
    const packet = this.#random.pick(this.#answered);
    const to = this.#random.pick([packet.to, ...this.#endpoints.values()]);
    if (!this.#events.refusesReplays(to.host)) return;
    const answer = await this.#deliver({ ...packet, to }).catch(ignoreLoss);
    this.#trace({ ...packet, to }, `replayed: ${answer?.status ?? "lost"}`);
    const isRefused = answer === undefined || answer.status === 401 || answer.status === 403;
    if (!isRefused) throw new Error(`a replay was answered with ${answer.status}`);
  }

  async #send(packet: Packet): Promise<HttpResponse> {
    this.#events.onTransit();
    if (packet.request.signal?.aborted) throw new CodememError("interrupted", "aborted");
    await this.#reach(packet.from, packet.to.host);
    if (this.#happens("dropRequest", packet)) throw lost();
    if (this.#happens("delay", packet)) {
      this.#delayed.push(packet);
      throw lost();
    }
    // What waits for the answer goes on in a later turn, and finds its store closed.
    if (this.#happens("crash", packet)) setTimeout(() => this.#events.onCrash(packet.from), 0);
    const response = await this.#deliver(packet);
    this.#trace(packet, String(response.status));
    if (response.status === 200) this.#answered = [...this.#answered, packet].slice(-REMEMBERED);
    if (response.status === 200 && this.#happens("duplicate", packet)) {
      const again = await this.#deliver(packet);
      if (again.status !== 401) throw new Error(`a duplicate was answered with ${again.status}`);
    }
    if (this.#happens("dropResponse", packet)) throw lost();
    return response;
  }

  #reach(from: string, host: string): Promise<Endpoint> {
    const endpoint = this.#endpoints.get(host);
    const isReachable = endpoint !== undefined && !this.#cut.has(linkOf(from, host));
    return isReachable ? Promise.resolve(endpoint) : Promise.reject(lost());
  }

  async #deliver({ to, request }: Packet): Promise<HttpResponse> {
    this.delivered++;
    const { method, target, headers, body } = request;
    const handler = to.handler();
    const response = await handler(
      new Request(`https://localhost${target}`, {
        method,
        headers,
        body: body === undefined ? undefined : new Uint8Array(body),
      }),
      {
        remoteAddress: "10.0.0.1",
        signal: new AbortController().signal,
        grantTime: () => {},
        ownedBy: () => {},
      },
    );
    const answer = new Uint8Array(await response.arrayBuffer());
    // A device that ends while it answers is heard no more.
    if (to.handler() !== handler) throw lost();
    return { status: response.status, headers: response.headers, body: answer };
  }

  #happens(fault: keyof Faults, packet: Packet): boolean {
    const happens = this.#random.happens(this.faults[fault]);
    if (happens) this.#trace(packet, fault);
    return happens;
  }

  #trace({ from, to, request }: Packet, what: string): void {
    const [path] = request.target.split("?");
    this.#events.trace(`  ${from} → ${to.host} ${request.method} ${path}: ${what}`);
  }
}

function linkOf(a: string, b: string): string {
  return [a, b].sort().join("–");
}

function lost(): CodememError {
  return new CodememError("unreachable", "Lost in the simulated network");
}

/** Nobody waits for the answer. */
function ignoreLoss(error: unknown): undefined {
  if (error instanceof CodememError && error.code === "unreachable") return undefined;
  throw error;
}

function untrusted(): CodememError {
  return new CodememError("untrusted_certificate", "Another certificate");
}
