/**
 * A cursor: how far a log has been read. `<epoch>.<seq>`, where the epoch names one life of one log
 * and seq counts its entries. Only the log's owner looks inside; to everyone else it is a text.
 */

/** A place in one life of one log: everything up to and including `seq` has been read. */
export interface Cursor {
  readonly epoch: string;
  readonly seq: number;
}

const CURSOR = /^([0-9a-f]{16})\.(0|[1-9]\d{0,15})$/;

/** The text of a cursor. */
export function formatCursor({ epoch, seq }: Cursor): string {
  return `${epoch}.${seq}`;
}

/** Reads a cursor's text; `undefined` where it is not exactly what {@link formatCursor} writes. */
export function parseCursor(text: string): Cursor | undefined {
  const match = CURSOR.exec(text);
  if (match === null) return undefined;
  const seq = Number(match[2]);
  return Number.isSafeInteger(seq) ? { epoch: match[1]!, seq } : undefined;
}

/** Whether `text` can be another device's cursor, which this device stores without reading it. */
export function isForeignCursor(text: unknown): text is string {
  return typeof text === "string" && /^[\x21-\x7e]{1,200}$/.test(text);
}
