/** Cuts a file of JSON records into the texts of its records, whatever the size of the file. */

/** The text of one record, or, in one clause, why it has none. */
export type RecordText =
  & {
    /** Counted from 1: the line, or the element of the array. */
    readonly row: number;
  }
  & (
    | { readonly text: string; readonly problem?: undefined }
    | { readonly problem: string; readonly text?: undefined }
  );

/** Longer records cannot be memories: escapes make a payload at most six times as long. */
const MAX_RECORD_BYTES = 16 * 1024 * 1024;
const CHUNK_BYTES = 256 * 1024;

const [NEWLINE, QUOTE, BACKSLASH, COMMA] = [0x0a, 0x22, 0x5c, 0x2c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/** The lines of a file that are not blank. */
export function* readLines(path: string): Generator<RecordText> {
  const record = new RecordBuffer();
  for (const chunk of readChunks(path)) {
    for (let start = 0; start < chunk.length;) {
      const end = chunk.indexOf(NEWLINE, start);
      record.append(chunk.subarray(start, end === -1 ? chunk.length : end));
      if (end === -1) break;
      yield* record.take();
      start = end + 1;
    }
  }
  yield* record.take();
}

/** The elements of the one array in a file. */
export function* readElements(path: string): Generator<RecordText> {
  const record = new RecordBuffer();
  const scanner = new ArrayScanner();
  for (const chunk of readChunks(path)) {
    let start = 0;
    for (let index = 0; index < chunk.length; index++) {
      const byte = chunk[index]!;
      const event = scanner.next(byte);
      if (event === "inside") continue;
      if (event === "end") {
        record.append(chunk.subarray(start, index));
        yield* record.take({ countBlank: byte === COMMA });
      }
      start = index + 1;
    }
    record.append(chunk.subarray(start));
  }
  yield* scanner.isClosed ? record.take() : record.fail("the file ends before the array does");
}

/** Knows, byte by byte, where an element of the outermost array ends. */
class ArrayScanner {
  #depth = 0;
  #inString = false;
  #escaped = false;

  get isClosed(): boolean {
    return this.#depth === 0 && !this.#inString;
  }

  /** Whether the byte belongs to an element, ends one, or stands outside of the array. */
  next(byte: number): "inside" | "end" | "outside" {
    if (this.#inString) {
      this.#readString(byte);
      return "inside";
    }
    if (byte === QUOTE) this.#inString = true;
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) this.#depth++;
    else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) this.#depth--;
    if (this.#depth === 1 && byte === OPEN_LIST) return "outside";
    if (this.#depth === 0) return byte === CLOSE_LIST ? "end" : "outside";
    return this.#depth === 1 && byte === COMMA ? "end" : "inside";
  }

  #readString(byte: number): void {
    if (this.#escaped) this.#escaped = false;
    else if (byte === BACKSLASH) this.#escaped = true;
    else if (byte === QUOTE) this.#inString = false;
  }
}

/** The bytes of the record that is being read. */
class RecordBuffer {
  #row = 0;
  #parts: Uint8Array[] = [];
  #bytes = 0;

  append(part: Uint8Array): void {
    this.#bytes += part.length;
    if (this.#bytes > MAX_RECORD_BYTES) this.#parts = [];
    else if (part.length > 0) this.#parts.push(part.slice());
  }

  /** Ends the record; a blank one is none, unless it is asked for. */
  *take(options: { readonly countBlank?: boolean } = {}): Generator<RecordText> {
    const isTooLong = this.#bytes > MAX_RECORD_BYTES;
    const text = isTooLong ? undefined : decode(this.#parts, this.#bytes);
    if (isTooLong) yield* this.fail(`larger than ${MAX_RECORD_BYTES} bytes`);
    else if (text === undefined) yield* this.fail("not UTF-8");
    else {
      const row = this.#next();
      if (options.countBlank === true || text.trim() !== "") yield { row, text };
    }
  }

  /** Ends a record that cannot be read. */
  *fail(problem: string): Generator<RecordText> {
    yield { row: this.#next(), problem };
  }

  #next(): number {
    this.#parts = [];
    this.#bytes = 0;
    return ++this.#row;
  }
}

/** @returns the text, or `undefined` where the bytes are not UTF-8 */
function decode(parts: readonly Uint8Array[], length: number): string | undefined {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function* readChunks(path: string): Generator<Uint8Array> {
  using file = Deno.openSync(path);
  const buffer = new Uint8Array(CHUNK_BYTES);
  for (;;) {
    const length = file.readSync(buffer);
    if (length === null) return;
    yield buffer.subarray(0, length);
  }
}
