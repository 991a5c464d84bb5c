/** Discovery on the local network: the node, its sockets, and one timer. */
import { systemCode } from "../errors.ts";
import { failureWords } from "./failure_words.ts";
import { within } from "../time/within.ts";
import { suitableLinks } from "./interfaces.ts";
import { MdnsNode, type MdnsNodeOptions, type Outgoing, type Received } from "./node.ts";
import { ReceiveBudget } from "./receive_budget.ts";
import { openSockets, type Sockets } from "./sockets.ts";

export type { SoughtPeer } from "./known_tags.ts";
export type { OwnAdvert } from "./node.ts";

/** Options of {@link startDiscovery}. */
export interface DiscoveryOptions extends MdnsNodeOptions {
  /** A peer was seen at an address where it was not known to be. */
  readonly onSeen?: (deviceId: string) => void;
  readonly onFault?: (error: unknown) => void;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
}

/** Running discovery. */
export interface Discovery {
  /** `host:port` each, most credible first: the addresses of a peer that are valid now. */
  addressesOf(deviceId: string): readonly string[];
  /** Whether any socket works, and why none or only some do. */
  readonly state: { readonly active: boolean; readonly error: string | null };
  /** Resolves when what can be opened is open; then `state` says how that went. */
  opened(): Promise<void>;
  /**
   * Peers or own addresses may have changed, the machine woke, or interfaces came or went: looks at
   * interfaces, joins anew, announces and asks anew.
   */
  refresh(): void;
  /** Says goodbye and closes. Resolves within a second. */
  stop(): Promise<void>;
}

/** How long sending the goodbyes may take. */
const GOODBYES_MS = 500;
/** Below 2^31 ms, which is the longest a timer can wait. */
const LONGEST_TIMER_MS = 24 * 60 * 60 * 1_000;

/** Starts to look for peers and to be found by them. A socket that cannot be had is told in `state`. */
export function startDiscovery(options: DiscoveryOptions): Discovery {
  return new RunningDiscovery(options);
}

class RunningDiscovery implements Discovery {
  readonly #options: DiscoveryOptions;
  readonly #node: MdnsNode;
  readonly #budget = new ReceiveBudget();
  #sockets: Sockets | undefined;
  #opening: Promise<void> | undefined;
  #isStale = false;
  #stopping: Promise<void> | undefined;
  #problem: string | null = "starting";
  /** By link: why its last packet could not be sent. */
  readonly #sendFailures = new Map<string, string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #armedMs = Infinity;

  constructor(options: DiscoveryOptions) {
    this.#options = options;
    this.#node = new MdnsNode(options);
    this.refresh();
  }

  addressesOf(deviceId: string): readonly string[] {
    return this.#node.addressesOf(deviceId, this.#options.nowMs());
  }

  get state(): Discovery["state"] {
    const links = this.#sockets?.links ?? [];
    const problems = [...this.#sendFailures.values()];
    if (this.#problem !== null) problems.unshift(this.#problem);
    return {
      active: links.some(({ id }) => !this.#sendFailures.has(id)),
      error: problems.length === 0 ? null : problems.join("; "),
    };
  }

  async opened(): Promise<void> {
    await this.#opening;
  }

  refresh(): void {
    this.#isStale = true;
    this.#opening ??= this.#openWhileStale();
  }

  stop(): Promise<void> {
    return this.#stopping ??= this.#stop();
  }

  async #openWhileStale(): Promise<void> {
    while (this.#isStale && this.#stopping === undefined) {
      this.#isStale = false;
      try {
        await this.#open();
      } catch (error) {
        this.#problem = "cannot look at the network interfaces";
        this.#options.onFault?.(error);
      }
    }
    this.#opening = undefined;
  }

  /** New sockets each time: a membership ends without a word when its interface goes. */
  async #open(): Promise<void> {
    const links = suitableLinks(Deno.networkInterfaces());
    const sockets = await openSockets(links, (received) => this.#hear(received));
    this.#sockets?.close();
    this.#sockets = sockets;
    this.#sendFailures.clear();
    this.#problem = links.length === 0
      ? "no network interface leads to other machines"
      : sockets.failures.join("; ") || null;
    this.#guard(() => {
      this.#node.useLinks(sockets.links, this.#options.nowMs());
      this.#arm();
    });
  }

  #hear(received: Received): void {
    const startedMs = performance.now();
    if (!this.#budget.isLeft(startedMs)) return;
    this.#guard(() => {
      const seen = this.#node.receive(received, this.#options.nowMs());
      this.#arm();
      for (const deviceId of seen) this.#options.onSeen?.(deviceId);
    });
    this.#budget.spend(performance.now() - startedMs);
  }

  /** Sets the one timer to the next moment at which the node has something to do. */
  #arm(): void {
    if (this.#stopping !== undefined) return;
    const dueMs = this.#node.nextDueMs;
    const waitMs = Math.max(0, dueMs - this.#options.nowMs());
    // A clock that was set forward makes due what the timer still waits for.
    if (dueMs === this.#armedMs && waitMs > 0) return;
    clearTimeout(this.#timer);
    this.#armedMs = dueMs;
    if (dueMs === Infinity) return;
    this.#timer = setTimeout(() => this.#work(), Math.min(waitMs, LONGEST_TIMER_MS));
  }

  #work(): void {
    this.#armedMs = Infinity;
    this.#guard(() => {
      for (const outgoing of this.#node.takeDue(this.#options.nowMs())) void this.#send(outgoing);
      this.#arm();
    });
  }

  async #send(outgoing: Outgoing): Promise<void> {
    const { id, name, family } = outgoing.link;
    try {
      await this.#sockets?.send(outgoing);
      this.#sendFailures.delete(id);
    } catch (error) {
      if (systemCode(error) === undefined) this.#options.onFault?.(error);
      this.#sendFailures.set(id, `${family} on ${name}: cannot send: ${failureWords(error)}`);
    }
  }

  async #stop(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#opening;
    const goodbyes = this.#node.leave(this.#options.nowMs()).map((each) => this.#send(each));
    await within(GOODBYES_MS, Promise.all(goodbyes));
    this.#sockets?.close();
    this.#sockets = undefined;
    this.#problem = "stopped";
  }

  /** Whatever is thrown in a callback of the runtime would end the process. */
  #guard(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#options.onFault?.(error);
    }
  }
}
