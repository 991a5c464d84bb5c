/** Two hosts on one network: namespaces of this machine, joined by a cable. Needs Linux and root. */

/** One of the hosts. */
export interface NetworkHost {
  readonly namespace: string;
  /** Its end of the cable. */
  readonly interfaceName: string;
}

/** Whether such hosts can be made here. */
export function canMakeHosts(): boolean {
  if (Deno.build.os !== "linux") return false;
  const namespace = `codemem-probe-${crypto.randomUUID().slice(0, 8)}`;
  if (!tryIp("netns", "add", namespace)) return false;
  return tryIp("netns", "delete", namespace);
}

/** Two hosts, 10.9.0.1 and 10.9.0.2, that hear only each other. */
export class TwoHosts implements Disposable {
  readonly left: NetworkHost;
  readonly right: NetworkHost;

  constructor() {
    const id = crypto.randomUUID().slice(0, 6);
    this.left = { namespace: `codemem-${id}-l`, interfaceName: `eth${id}l` };
    this.right = { namespace: `codemem-${id}-r`, interfaceName: `eth${id}r` };
    for (const { namespace } of this.#both) {
      ip("netns", "add", namespace);
      ip("-n", namespace, "link", "set", "lo", "up");
    }
    this.plugIn();
  }

  /** Puts the cable in, which gives both their addresses. */
  plugIn(): void {
    const { left, right } = this;
    const other = ["peer", "name", right.interfaceName, "netns", right.namespace];
    ip("-n", left.namespace, "link", "add", left.interfaceName, "type", "veth", ...other);
    this.setAddress(left, "10.9.0.1");
    this.setAddress(right, "10.9.0.2");
    for (const { namespace, interfaceName } of this.#both) {
      ip("-n", namespace, "link", "set", interfaceName, "up");
    }
  }

  /** Pulls the cable out: the interfaces are gone. */
  unplug(): void {
    ip("-n", this.left.namespace, "link", "delete", this.left.interfaceName);
  }

  /** Gives a host this IPv4 address and no other. */
  setAddress({ namespace, interfaceName }: NetworkHost, address: string): void {
    ip("-n", namespace, "-4", "address", "flush", "dev", interfaceName);
    ip("-n", namespace, "address", "add", `${address}/24`, "dev", interfaceName);
  }

  [Symbol.dispose](): void {
    for (const { namespace } of this.#both) ip("netns", "delete", namespace);
  }

  get #both(): readonly NetworkHost[] {
    return [this.left, this.right];
  }
}

/** The words that run a program on a host. */
export function onHost({ namespace }: NetworkHost): readonly string[] {
  return ["netns", "exec", namespace];
}

function ip(...args: string[]): void {
  const { success, stderr } = new Deno.Command("ip", { args }).outputSync();
  if (!success) throw new Error(`ip ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
}

function tryIp(...args: string[]): boolean {
  try {
    return new Deno.Command("ip", { args, stderr: "null" }).outputSync().success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
