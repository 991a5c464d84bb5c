/** Connecting to one address of a device that is known by its key. */
import {
  certificateNameIn,
  certificatePem,
  certificatePublicKeyLine,
} from "../../auth/certificate.ts";
import { fingerprintOf } from "../../auth/fingerprint.ts";
import { CodememError, toCodememError } from "../../errors.ts";
import { type Address, formatAddress } from "../../model/address.ts";
import { certificateName } from "../../model/device.ts";
import type { ConnectTarget, Network, PeerConnection } from "../context.ts";

/** How long one address may take to answer. */
const CONNECT_TIMEOUT_MS = 5_000;

/** The device that has to answer. */
export interface ExpectedDevice {
  readonly deviceId: string;
  readonly fingerprint: string;
  /** PEM; null if it is not known from an earlier contact. */
  readonly certificate: string | null;
}

/** The device that has to answer, and others that may answer by an honest mistake. */
export interface Expectation {
  readonly device: ExpectedDevice;
  /** Known devices: if one of them has the address now, that is no attack. */
  readonly others: readonly Pick<ExpectedDevice, "deviceId" | "fingerprint">[];
}

/** An open connection to the holder of the expected key. */
export interface Connected {
  readonly connection: PeerConnection;
  readonly certificatePem: string;
}

/**
 * Connects to an address and verifies that the expected device is there.
 *
 * @throws untrusted_certificate if another one is; unreachable, timed_out
 */
export async function connectTo(
  network: Network,
  expected: Expectation,
  { address, signal }: { readonly address: Address; readonly signal: AbortSignal },
): Promise<Connected> {
  const { device } = expected;
  const target = connectTarget(device.deviceId, address, signal);
  if (device.certificate !== null) {
    const known = await connectWith(network, target, device.certificate);
    if (known !== undefined) return known;
  }
  const learned = await learnCertificate(network, target, expected);
  return {
    connection: await network.connect({ ...target, certificatePem: learned }),
    certificatePem: learned,
  };
}

/** The target of a connection to a device. */
export function connectTarget(
  deviceId: string,
  address: Address,
  signal: AbortSignal,
): ConnectTarget {
  return {
    address,
    certificateName: certificateName(deviceId),
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    signal,
  };
}

/** @returns `undefined` if the device presents another certificate, for the same key or for another one */
async function connectWith(
  network: Network,
  target: ConnectTarget,
  certificatePem: string,
): Promise<Connected | undefined> {
  try {
    return { connection: await network.connect({ ...target, certificatePem }), certificatePem };
  } catch (error) {
    if (error instanceof CodememError && error.code === "untrusted_certificate") return undefined;
    throw error;
  }
}

/** Learns the certificate, which has to be of the pinned key. */
async function learnCertificate(
  network: Network,
  target: ConnectTarget,
  { device, others }: Expectation,
): Promise<string> {
  let isOther = false;
  let otherKey: string | undefined;
  const accepts = (der: Uint8Array) => {
    const publicKey = certificatePublicKeyLine(der);
    const shown = publicKey === undefined ? undefined : fingerprintOf(publicKey);
    const name = certificateNameIn(der);
    // The device itself may be pinned by a later key by now: that is for `otherKey`.
    isOther = others.some((other) =>
      other.deviceId !== device.deviceId && other.fingerprint === shown &&
      certificateName(other.deviceId) === name
    );
    const isExpected = shown === device.fingerprint;
    const hasItsName = shown !== undefined && name === certificateName(device.deviceId);
    if (!isExpected && hasItsName) otherKey = certificatePem(der);
    return isExpected;
  };
  try {
    return await network.learnCertificate({ ...target, accepts });
  } catch (error) {
    if (isOther) throw anotherDevice(device, target.address, error);
    throw otherKey === undefined ? error : withOtherKey(error, otherKey);
  }
}

/**
 * The certificate that was presented in the name of the dialled device with another key than the pinned one:
 * the device may have rotated its key, or somebody else answers in its name.
 *
 * @returns PEM; `undefined` if the error is of another kind
 */
export function otherKeyShown(error: unknown): string | undefined {
  const shown = error instanceof CodememError ? error.details.other_key : undefined;
  return typeof shown === "string" ? shown : undefined;
}

function withOtherKey(thrown: unknown, otherKey: string): CodememError {
  const { code, message, hint, details } = toCodememError(thrown);
  return new CodememError(code, message, {
    ...(hint === undefined ? {} : { hint }),
    cause: thrown,
    details: { ...details, other_key: otherKey },
  });
}

function anotherDevice(
  { deviceId }: ExpectedDevice,
  address: Address,
  cause: unknown,
): CodememError {
  return new CodememError(
    "untrusted_certificate",
    `Another device answers at ${formatAddress(address)}`,
    {
      hint: "If it is the right device with a new identity, remove its old entry: " +
        `\`codemem sync peers remove ${deviceId}\`. If not, pair with the right device again, ` +
        "so that each learns the other's address",
      cause,
      details: { another_device: true },
    },
  );
}
