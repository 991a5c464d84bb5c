/**
 * Several hosts on one machine, for tests: network namespaces of Linux, joined by bridges
 * (ip-netns(8), veth(4)). Each host has interfaces, addresses, a firewall and a loopback of its own,
 * so that every device in it may listen on the ports that are its default.
 *
 * No host has a default route: what a test sends stays in the lab.
 */
import { fail } from "@std/assert";
import { type LabBridge, LabHost } from "./lab_host.ts";
import { runTool, succeeds } from "../system/run_tool.ts";
import { skipUnless } from "../skip.ts";

/** What the names of all namespaces of all labs begin with. */
const PREFIX = "codemem-lab";

/** Bridges and hosts that are gone with the test. */
export class NetworkLab implements AsyncDisposable {
  /** What the names of all namespaces of this lab begin with. */
  readonly #prefix: string;
  readonly #hosts: LabHost[] = [];
  #bridges = 0;

  private constructor(prefix: string) {
    this.#prefix = prefix;
  }

  /**
   * Makes a lab without bridges and hosts.
   *
   * @param test a word for the test that uses it: what a killed run of the same test has left behind
   * is removed, and nothing else
   */
  static async make(test: string): Promise<NetworkLab> {
    if (!/^[a-z0-9]+$/.test(test)) fail(`"${test}" cannot be part of a namespace's name`);
    await removeRemains(test);
    const random = crypto.randomUUID().slice(0, 8);
    const lab = new NetworkLab(`${PREFIX}-${test}-${Deno.pid}-${random}`);
    try {
      await runTool("ip", "netns", "add", lab.#switch);
      return lab;
    } catch (error) {
      await lab[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Adds a network. */
  async addBridge(): Promise<LabBridge> {
    const name = `br${this.#bridges++}`;
    await runTool("ip", "-n", this.#switch, "link", "add", name, "type", "bridge");
    await runTool("ip", "-n", this.#switch, "link", "set", name, "up");
    return { name };
  }

  /** Adds a host without any interface but its loopback. */
  async addHost(name: string): Promise<LabHost> {
    const namespace = `${this.#prefix}-${name}`;
    await runTool("ip", "netns", "add", namespace);
    const host = new LabHost(name, namespace, this.#switch);
    this.#hosts.push(host);
    await runTool("ip", "-n", namespace, "link", "set", "lo", "up");
    return host;
  }

  /** The namespaces of this lab, as the system knows them. */
  async namespaces(): Promise<string[]> {
    return (await allNamespaces()).filter((name) => name.startsWith(`${this.#prefix}-`));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const namespace of await this.namespaces()) await removeNamespace(namespace);
  }

  /** The namespace that holds the bridges. */
  get #switch(): string {
    return `${this.#prefix}-switch`;
  }
}

/** A lab with one bridge, and one host on it for each name: 10.77.0.1, 10.77.0.2 and so on. */
export async function makeLan<Name extends string>(
  test: string,
  names: readonly Name[],
): Promise<AsyncDisposable & { lab: NetworkLab; bridge: LabBridge; hosts: Record<Name, LabHost> }> {
  await using parts = new AsyncDisposableStack();
  const lab = parts.use(await NetworkLab.make(test));
  const bridge = await lab.addBridge();
  const hosts = {} as Record<Name, LabHost>;
  for (const [index, name] of names.entries()) {
    hosts[name] = await lab.addHost(name);
    await hosts[name].attach(bridge, { name: "eth0", address: `10.77.0.${index + 1}/24` });
  }
  const kept = parts.move();
  return { lab, bridge, hosts, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

/** Options of a test that needs a lab. */
export function labTest(name: string): ReturnType<typeof skipUnless> {
  return skipUnless(HAS_LAB, "needs Linux, root, iproute2 and nftables", name);
}

/** Whether this machine can make a lab. */
export const HAS_LAB = Deno.build.os === "linux" &&
  await succeeds("unshare", "--net", "--mount", "ip", "link", "set", "lo", "up") &&
  await succeeds("nft", "--version");

/** Removes the labs of a test whose process is no more. */
async function removeRemains(test: string): Promise<void> {
  const pattern = new RegExp(`^${PREFIX}-${test}-(\\d+)-`);
  for (const namespace of await allNamespaces()) {
    const pid = pattern.exec(namespace)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) await removeNamespace(namespace);
  }
}

/** A namespace lives as long as any process is in it. */
async function removeNamespace(namespace: string): Promise<void> {
  const pids = await runTool("ip", "netns", "pids", namespace);
  for (const pid of pids.split("\n").filter(Boolean)) kill(Number(pid));
  await runTool("ip", "netns", "delete", namespace);
}

async function allNamespaces(): Promise<string[]> {
  const lines = (await runTool("ip", "netns", "list")).split("\n");
  return lines.map((line) => line.split(" ")[0]!).filter(Boolean);
}

function isRunning(pid: number): boolean {
  try {
    Deno.statSync(`/proc/${pid}`);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function kill(pid: number): void {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
