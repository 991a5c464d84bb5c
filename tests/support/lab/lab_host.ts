/** One host of a network lab, and what may happen to it. */
import { Running } from "../devices/home.ts";
import { runTool } from "../system/run_tool.ts";

/** The interface that operations are about where none is named. */
const MAIN_INTERFACE = "eth0";
/** Its firewall is one table of nftables, which is there as long as something is blocked. */
const TABLE = "lab";

/** A network that hosts are on. */
export interface LabBridge {
  readonly name: string;
}

/** What a firewall drops. */
export interface Blocked {
  readonly protocol: "tcp" | "udp";
  readonly port: number;
  /** Only what is sent to this address; to any where none is given. */
  readonly to?: string;
  /** Packets that leave are dropped too, which the sender is told. */
  readonly outgoing?: boolean;
}

/** A network namespace that passes for a host. */
export class LabHost {
  readonly name: string;
  readonly #namespace: string;
  readonly #switch: string;

  /** @param switchNamespace where the bridges are */
  constructor(name: string, namespace: string, switchNamespace: string) {
    this.name = name;
    this.#namespace = namespace;
    this.#switch = switchNamespace;
  }

  /** The words that run a command in this host. */
  get through(): readonly string[] {
    return ["ip", "netns", "exec", this.#namespace];
  }

  /** Runs a command to its end, which must be a success. @returns its stdout */
  async run(...command: readonly string[]): Promise<string> {
    return await runTool(...this.through as [string], ...command);
  }

  /** Starts a command that stays. */
  start(...command: readonly string[]): Running {
    const [program, ...args] = [...this.through, ...command];
    return new Running(
      new Deno.Command(program!, { args, stdin: "null", stdout: "piped", stderr: "piped" }).spawn(),
    );
  }

  /** Plugs the host into a network. @param address with its prefix length: `10.77.0.1/24` */
  async attach(
    bridge: LabBridge,
    { name = MAIN_INTERFACE, address }: { readonly name?: string; readonly address: string },
  ): Promise<void> {
    const port = this.#portName(name);
    await this.#ip("link", "add", name, "type", "veth", "peer", port, "netns", this.#switch);
    await runTool("ip", "-n", this.#switch, "link", "set", port, "master", bridge.name, "up");
    await this.addAddress(address, name);
    await this.setLink("up", name);
  }

  /** Takes an interface away, as when its adapter is pulled out. */
  async detach(name = MAIN_INTERFACE): Promise<void> {
    await this.#ip("link", "delete", name);
  }

  /** Adds a bridge that leads nowhere, as container engines do. */
  async addLocalBridge(name: string, address: string): Promise<void> {
    await this.#ip("link", "add", name, "type", "bridge");
    await this.addAddress(address, name);
    await this.setLink("up", name);
  }

  /** Adds an address, with its prefix length, to an interface. */
  async addAddress(address: string, name = MAIN_INTERFACE): Promise<void> {
    await this.#ip("address", "add", address, "dev", name);
  }

  /** Gives an interface another IPv4 address instead of those it has. */
  async changeAddress(address: string, name = MAIN_INTERFACE): Promise<void> {
    await this.#ip("-4", "address", "flush", "dev", name);
    await this.addAddress(address, name);
  }

  /** Sends what is for `subnet` through the host at `gateway`. */
  async addRoute(subnet: string, gateway: string): Promise<void> {
    await this.#ip("route", "add", subnet, "via", gateway);
  }

  /** Switches an interface off and on. */
  async setLink(state: "up" | "down", name = MAIN_INTERFACE): Promise<void> {
    await this.#ip("link", "set", name, state);
  }

  /** Pulls the cable of an interface, or plugs it in again: the host keeps its addresses. */
  async setCable(state: "in" | "out", name = MAIN_INTERFACE): Promise<void> {
    const port = this.#portName(name);
    const link = state === "in" ? "up" : "down";
    await runTool("ip", "-n", this.#switch, "link", "set", port, link);
  }

  /** Drops packets from now on, beside those that are dropped already; loopback is left alone. */
  async block({ protocol, port, to, outgoing = false }: Blocked): Promise<void> {
    const target = to === undefined ? [] : [to.includes(":") ? "ip6" : "ip", "daddr", to];
    for (const hook of outgoing ? ["input", "output"] : ["input"]) {
      await this.#nft("add", "table", "inet", TABLE);
      const chain = `{ type filter hook ${hook} priority 0; }`;
      await this.#nft("add", "chain", "inet", TABLE, hook, chain);
      const device = hook === "input" ? "iifname" : "oifname";
      const rule = [device, "!=", "lo", ...target, protocol, "dport", String(port), "drop"];
      await this.#nft("add", "rule", "inet", TABLE, hook, ...rule);
    }
  }

  /** Drops nothing any more. */
  async unblock(): Promise<void> {
    await this.#nft("delete", "table", "inet", TABLE);
  }

  async #ip(...args: readonly string[]): Promise<void> {
    await runTool("ip", "-n", this.#namespace, ...args);
  }

  async #nft(...args: readonly string[]): Promise<void> {
    await this.run("nft", ...args);
  }

  /** The other end of a cable; names of interfaces have 15 characters at most. */
  #portName(name: string): string {
    return `${this.name.slice(0, 6)}-${name.slice(0, 8)}`;
  }
}
