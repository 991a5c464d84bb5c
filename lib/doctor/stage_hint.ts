/** What to do about an address at which a stage has failed. */
import { type CodememError, type ErrorCode, systemCode } from "../errors.ts";
import { type Address, addressScope } from "../model/address.ts";
import { type InterfaceNetwork, isLocalNetworkDenied } from "./local_network.ts";
import type { Stage } from "./stages.ts";

/** Where an attempt was made, to be told from one to the same address from elsewhere. */
export interface AttemptPlace {
  readonly peerName: string;
  readonly address: Address;
  readonly os: typeof Deno.build.os;
  /** Of this machine. */
  readonly interfaces: readonly InterfaceNetwork[];
}

/**
 * What to do: one line.
 *
 * @param error what `stage` failed with
 */
export function hintFor(stage: Stage, error: CodememError, place: AttemptPlace): string {
  const hint = SPECIFIC[stage]?.(error, place) ?? error.hint;
  return hint ?? `See \`codemem sync status\` and the log on ${place.peerName}`;
}

type Advice = (error: CodememError, place: AttemptPlace) => string | undefined;

const SPECIFIC: Readonly<Partial<Record<Stage, Advice>>> = {
  resolve: adviseOnName,
  tcp: adviseOnConnection,
  tls: adviseOnCertificate,
  signature: (error, { peerName }) => SIGNATURE[error.code]?.(peerName),
  clock: () => "Set the clocks of both devices, or have them set by the network",
};

function adviseOnName(error: CodememError, { address }: AttemptPlace): string | undefined {
  if (systemCode(error.cause) === undefined) return undefined;
  return addressScope(address.host) === "tailscale"
    ? "Check that Tailscale runs here with MagicDNS switched on"
    : "Check the name; if it has changed, pair the two devices again";
}

function adviseOnConnection(error: CodememError, place: AttemptPlace): string | undefined {
  const { peerName, address, os, interfaces } = place;
  const code = systemCode(error.cause);
  if (code === "ECONNREFUSED") {
    return `Run \`codemem sync start\` on ${peerName}, and check that its sync_port is ${address.port}`;
  }
  if (code === "EHOSTUNREACH" && isLocalNetworkDenied({ host: address.host, os, interfaces })) {
    return "Allow codemem, or the terminal it runs in, in System Settings, Privacy & Security, " +
      "Local Network";
  }
  if (addressScope(address.host) === "tailscale") {
    return "Check that Tailscale is connected on both devices";
  }
  return error.code === "timed_out"
    ? `Wake ${peerName}, and check that its firewall lets TCP port ${address.port} in`
    : `Check that ${peerName} is on and in the same network as this device`;
}

function adviseOnCertificate(
  { code, details }: CodememError,
  { peerName, address }: AttemptPlace,
): string | undefined {
  if (code === "timed_out") {
    return `It accepts and is silent: run \`codemem sync restart --force\` on ${peerName}, and check ` +
      `that it has sync_port ${address.port}`;
  }
  // What ends the connection without a certificate is not codemem.
  if (code === "unreachable") {
    return `Another program answers there: check that ${peerName} has sync_port ${address.port}`;
  }
  if (code !== "untrusted_certificate" || details.another_device === true) return undefined;
  return `If the key of ${peerName} was rotated, \`codemem sync once\` follows it; if it has a new ` +
    "identity, pair it again; if neither, somebody else answers there";
}

const PAIR_AGAIN = "run `codemem sync pair` there and the command it prints here";

/** What a refusal asks for, by its code. @param peerName of the one who refuses */
const SIGNATURE: Readonly<Partial<Record<ErrorCode, (peerName: string) => string>>> = {
  unknown_peer: (peerName) => `${peerName} does not know this device: ${PAIR_AGAIN}`,
  peer_removed: (peerName) => `${peerName} has removed this device: ${PAIR_AGAIN}`,
  invalid_signature: (peerName) =>
    `${peerName} knows another key of this device: \`codemem sync once\` tells it of a rotation; if ` +
    `that does not help, ${PAIR_AGAIN}`,
  key_superseded: (peerName) =>
    `${peerName} has followed this device to a later key: if this is an older copy of it, run ` +
    "`codemem sync identity new --yes`, and pair it again",
  timed_out: (peerName) => `Look at the load and the log of ${peerName}: it accepts and is silent`,
};
