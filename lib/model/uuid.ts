/** Ids as this program makes them: UUIDs in their usual form (RFC 9562 §4). */

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether `text` is a whole UUID, in lowercase. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}
