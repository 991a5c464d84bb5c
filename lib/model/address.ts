/** Network addresses of devices: `host:port`, in one spelling each. */

/** An address to dial or to listen on. */
export interface Address {
  /** Lowercase host name or IP address; IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
}

/** Where an address leads, in the order in which a stored address is worth trying. */
export type AddressScope = "tailscale" | "lan" | "public" | "loopback" | "undialable";

/**
 * Reads `host:port`, also as part of an `http(s)://…/` URL as people paste it.
 *
 * @param text for example `192.168.1.5:7337`, `[fd7a::1]:7337`, `laptop.tail1.ts.net`
 * @param defaultPort where the text names none
 * @returns the address, or `undefined` where the text is not one
 */
export function parseAddress(text: string, defaultPort?: number): Address | undefined {
  const bare = text.trim().replace(/^https?:\/\//i, "").replace(/\/.*$/, "");
  const match = /^(?:\[([0-9a-f.]*:[0-9a-f:.]*)\]|([^\s:[\]@?#]+))(?::(\d{1,5}))?$/i.exec(bare);
  const lone = match === null && isIpv6(bare) ? bare : undefined;
  const host = lone ?? match?.[1] ?? match?.[2];
  if (host === undefined) return undefined;
  const port = match?.[3] === undefined ? defaultPort : Number(match[3]);
  if (port === undefined || !isPort(port)) return undefined;
  const canonical = canonicalHost(host);
  return canonical === undefined ? undefined : { host: canonical, port };
}

/** `host:port`, with brackets around an IPv6 host. */
export function formatAddress({ host, port }: Address): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Whether `port` can be listened on and dialled. */
export function isPort(port: unknown): port is number {
  return Number.isInteger(port) && (port as number) >= 1 && (port as number) <= 65_535;
}

/** Whether `host` is an IP address of either family. */
export function isIpAddress(host: string): boolean {
  return isIpv4(host) || isIpv6(host);
}

/** Whether only this machine can be reached at `host`. */
export function isLoopbackHost(text: string): boolean {
  const host = canonicalHost(text);
  if (host === undefined) return false;
  return host === "localhost" || host.endsWith(".localhost") || host === "::1" ||
    (isIpv4(host) && host.startsWith("127."));
}

/** Whether to listen on `host` is to listen on every address of a family, or of both. */
export function isWildcardHost(host: string): boolean {
  return host === "0.0.0.0" || host === "::";
}

/**
 * The scope of a host. Link-local addresses are not dialled: without a zone they lead nowhere, and
 * 169.254.169.254 leads to a cloud's metadata.
 */
export function addressScope(text: string): AddressScope {
  const host = canonicalHost(text);
  if (host === undefined) return "undialable";
  if (isLoopbackHost(host)) return "loopback";
  if (isWildcardHost(host)) return "undialable";
  if (isIpv4(host)) return ipv4Scope(host.split(".").map(Number));
  if (isIpv6(host)) return ipv6Scope(host);
  if (host.endsWith(".ts.net")) return "tailscale";
  return host.endsWith(".local") || !host.includes(".") ? "lan" : "public";
}

function ipv4Scope([a, b]: readonly number[]): AddressScope {
  if (a === 127) return "loopback";
  if (a === 169 && b === 254) return "undialable";
  if (a === 0 || a! >= 224) return "undialable";
  if (a === 100 && b! >= 64 && b! <= 127) return "tailscale";
  const isPrivate = a === 10 || (a === 172 && b! >= 16 && b! <= 31) || (a === 192 && b === 168);
  return isPrivate ? "lan" : "public";
}

/** Not link-local, unlike its IPv4 counterpart. */
const CLOUD_METADATA_IPV6 = "fd00:ec2::254";

function ipv6Scope(host: string): AddressScope {
  if (host.startsWith("fd7a:115c:a1e0:")) return "tailscale";
  if (host === CLOUD_METADATA_IPV6) return "undialable";
  const groups = ipv6Groups(host);
  const first = groups[0]!;
  if (first === 0x64 && groups[1] === 0xff9b || first === 0x2002) return translatedScope(groups);
  // Beside `::1` and the mapped ones, only forms nobody uses any more that hide an IPv4 address.
  if (first === 0) return "undialable";
  if ((first & 0xffc0) === 0xfe80 || (first & 0xff00) === 0xff00) return "undialable";
  return (first & 0xfe00) === 0xfc00 ? "lan" : "public";
}

/**
 * The scope of an address that a gateway turns into an IPv4 one (RFC 6052 §2.1, RFC 3056 §2): such a
 * gateway serves the internet, and only what is public lies behind it.
 */
function translatedScope(groups: readonly number[]): AddressScope {
  const isSixToFour = groups[0] === 0x2002;
  if (!isSixToFour && groups.slice(2, 6).some((group) => group !== 0)) return "undialable";
  const [high, low] = isSixToFour ? groups.slice(1, 3) : groups.slice(6);
  return ipv4Scope(ipv4Bytes(high!, low!)) === "public" ? "public" : "undialable";
}

/** The eight groups of an IPv6 address in its one spelling, as {@link parseAddress} gives it. */
export function ipv6Groups(host: string): number[] {
  const [head, tail] = host.split("::").map((part) => part === "" ? [] : part.split(":"));
  const zeros = tail === undefined ? 0 : 8 - head!.length - tail.length;
  const groups = [...head!, ...Array<string>(zeros).fill("0"), ...tail ?? []];
  return groups.map((group) => parseInt(group, 16));
}

function ipv4Bytes(high: number, low: number): number[] {
  return [high >> 8, high & 255, low >> 8, low & 255];
}

const HOST_NAME =
  /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?)*$/;

/** Resolvers take such names for IPv4 addresses: 0xa9fea9fe, 127.1 and the like. */
const ENDS_IN_NUMBER = /(?:^|\.)(?:\d+|0x[0-9a-f]*)$/;

function canonicalHost(host: string): string | undefined {
  const lower = host.toLowerCase().replace(/\.$/, "");
  if (lower.includes(":")) return canonicalIpv6(lower);
  if (ENDS_IN_NUMBER.test(lower)) return isIpv4(lower) ? lower : undefined;
  return HOST_NAME.test(lower) ? lower : undefined;
}

function isIpv4(host: string): boolean {
  const parts = host.split(".");
  return parts.length === 4 &&
    parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
}

function isIpv6(host: string): boolean {
  return host.includes(":") && canonicalIpv6(host) !== undefined;
}

/** The URL parser knows the one spelling of an IPv6 address (RFC 5952). */
function canonicalIpv6(host: string): string | undefined {
  if (!/^[0-9a-f:.]+$/i.test(host)) return undefined;
  const url = URL.parse(`http://[${host}]/`);
  if (url === null) return undefined;
  const canonical = url.hostname.slice(1, -1);
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(canonical);
  if (mapped === null) return canonical;
  return ipv4Bytes(parseInt(mapped[1]!, 16), parseInt(mapped[2]!, 16)).join(".");
}
