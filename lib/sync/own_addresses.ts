/** Where other devices may find this one: what an invitation tells them, and what is announced. */
import {
  type Address,
  addressScope,
  formatAddress,
  isIpAddress,
  isLoopbackHost,
  isWildcardHost,
  parseAddress,
} from "../model/address.ts";
import { isVirtualInterface } from "../model/virtual_interface.ts";

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
  const { syncBind, syncPort } = settings;
  const set = setAddresses(settings);
  if (set !== undefined) return set.map(formatAddress);
  const outside = outsideHosts(settings, interfaces);
  const told = outside.length > 0 ? outside : [loopbackFor(syncBind)];
  return told.map((host) => formatAddress({ host, port: syncPort }));
}

/**
 * The addresses to announce to the neighbours on one interface: its own, or those that the settings
 * name. None where the listener cannot be reached there.
 *
 * @param interfaces of this machine
 */
export function announcedAddresses(
  settings: AdvertiseSettings,
  interfaces: readonly InterfaceAddress[],
  interfaceName: string,
): Address[] {
  const set = setAddresses(settings)?.filter(({ host }) => isIpAddress(host));
  if (set !== undefined) return set;
  const own = interfaces.filter(({ name }) => name === interfaceName).map(({ address }) => address);
  return outsideHosts(settings, interfaces)
    .filter((host) => own.includes(host))
    .map((host) => ({ host, port: settings.syncPort }));
}

/** What a person has set in place of what is found out. */
function setAddresses({ syncAdvertise, syncPort }: AdvertiseSettings): Address[] | undefined {
  if (syncAdvertise === "auto") return undefined;
  return syncAdvertise
    .map((text) => parseAddress(text, syncPort))
    .filter((address) => address !== undefined);
}

/** The hosts at which the listener can be reached from outside of this machine, best first. */
function outsideHosts(
  { syncBind }: AdvertiseSettings,
  interfaces: readonly InterfaceAddress[],
): string[] {
  const hosts = syncBind.flatMap((bind) =>
    isWildcardHost(bind) ? hostsOf(bind, interfaces) : [bind]
  );
  return [...new Set(hosts)]
    .filter((host) => RANK[addressScope(host)] <= RANK.public)
    .sort((a, b) => RANK[addressScope(a)] - RANK[addressScope(b)]);
}

/** A listener on `::` takes IPv4 as well. */
function hostsOf(bind: string, interfaces: readonly InterfaceAddress[]): string[] {
  return interfaces
    .filter(({ name, address }) =>
      !isVirtualInterface(name) && (bind === "::" || !address.includes(":"))
    )
    .map(({ address }) => address);
}

function loopbackFor(binds: readonly string[]): string {
  return binds.find(isLoopbackHost) ?? (binds.includes("0.0.0.0") ? "127.0.0.1" : "::1");
}
