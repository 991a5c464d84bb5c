/** Names of devices, and what may stand for one. */

const DEVICE_ID = /^[\x21-\x7e]{1,128}$/;

/** Whether `value` can be the id of a device: 1 to 128 visible ASCII characters. */
export function isDeviceId(value: unknown): value is string {
  return typeof value === "string" && DEVICE_ID.test(value);
}

const DNS_LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * Whether `value` can be the id of a device that takes part in sync: it is also the first label of
 * the name in the device's certificate (RFC 1035 §2.3.1).
 */
export function isSyncDeviceId(value: unknown): value is string {
  return typeof value === "string" && DNS_LABEL.test(value);
}

/** The name a device's certificate is issued for, and the only one its peers accept. */
export function certificateName(deviceId: string): string {
  return `${deviceId}.codemem.internal`;
}

/** The longest name of a device, in characters. */
export const MAX_DEVICE_NAME = 60;

/**
 * A device name as it may be shown: format and bidirectional characters removed, white space and
 * control characters folded, at most {@link MAX_DEVICE_NAME} characters; `undefined` where nothing is left.
 */
export function cleanDeviceName(name: string): string | undefined {
  const visible = name.toWellFormed().replace(/[\p{Cf}\p{Co}\p{Cn}]+/gu, "");
  const folded = visible.replace(/[\p{Cc}\s]+/gu, " ").trim();
  const short = Array.from(folded).slice(0, MAX_DEVICE_NAME).join("").trim();
  return short === "" ? undefined : short;
}
