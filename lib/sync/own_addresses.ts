/** Where other devices may find this one: what an invitation tells them. */
import { addressScope, formatAddress, isLoopbackHost, parseAddress } from "../model/address.ts";

/** One address of one network interface of this machine. */
export interface InterfaceAddress {
  readonly name: string;
  /** IP address. */
  readonly address: string;
}

/** What decides which addresses are told. */
export interface AdvertiseSettings {
  readonly syncBind: readonly string[];
  readonly syncPort: number;
  /** `"auto"`, or `host:port` each. */
  readonly syncAdvertise: "auto" | readonly string[];
}

/** Interfaces of containers and virtual machines: nobody outside of this machine is behind them. */
const VIRTUAL = /^(docker|br-|veth|virbr|vmnet|vboxnet|lxc|lxd|cni|flannel|podman|bridge\d)/;

const RANK = { lan: 0, tailscale: 1, public: 2, loopback: 3, undialable: 4 } as const;

/**
 * The addresses to tell others, best first: the local network before Tailscale before the rest.
 * Where nothing but this machine can reach the listener, its loopback address.
 *
 * @param interfaces of this machine
 * @returns `host:port` each
 */
export function ownAddresses(
  settings: AdvertiseSettings,
  interfaces: readonly InterfaceAddress[],
): string[] {
  const { syncAdvertise, syncBind, syncPort } = settings;
  if (syncAdvertise !== "auto") {
    return syncAdvertise
      .map((text) => parseAddress(text, syncPort))
      .filter((address) => address !== undefined)
      .map(formatAddress);
  }
  const hosts = syncBind.flatMap((bind) => isWildcard(bind) ? hostsOf(bind, interfaces) : [bind]);
  const outside = [...new Set(hosts)].filter((host) => RANK[addressScope(host)] <= RANK.public);
  outside.sort((a, b) => RANK[addressScope(a)] - RANK[addressScope(b)]);
  const told = outside.length > 0 ? outside : [loopbackFor(syncBind)];
  return told.map((host) => formatAddress({ host, port: syncPort }));
}

function isWildcard(bind: string): boolean {
  return bind === "0.0.0.0" || bind === "::";
}

function hostsOf(bind: string, interfaces: readonly InterfaceAddress[]): string[] {
  const isWanted = ({ address }: InterfaceAddress) => address.includes(":") === (bind === "::");
  return interfaces
    .filter(({ name }) => !VIRTUAL.test(name))
    .filter(isWanted)
    .map(({ address }) => address);
}

function loopbackFor(binds: readonly string[]): string {
  return binds.find(isLoopbackHost) ?? (binds.includes("0.0.0.0") ? "127.0.0.1" : "::1");
}
