/** Telling a device of another protocol version from one that talks nonsense. */
import { CodememError } from "../errors.ts";
import { PROTOCOL } from "./limits.ts";

/**
 * Makes sure that the other side speaks our version of the protocol.
 *
 * @param version what its body says
 * @param otherwise makes the error for what is not a version at all
 * @throws {CodememError} `unsupported_protocol`, saying which side to update
 */
export function requireProtocol(version: unknown, otherwise: () => CodememError): void {
  if (version === PROTOCOL) return;
  if (!Number.isSafeInteger(version)) throw otherwise();
  const isNewer = (version as number) > PROTOCOL;
  throw new CodememError(
    "unsupported_protocol",
    `The other device speaks sync protocol ${version}, this one ${PROTOCOL}`,
    { hint: `Update codemem on ${isNewer ? "this" : "the other"} device` },
  );
}
