// Types of the few standard-library functions in use: their npm edition ships none.

declare module "@std/cli/parse-args" {
  export interface ParseOptions {
    boolean?: string[];
    string?: string[];
    collect?: string[];
    alias?: Record<string, string | string[]>;
    negatable?: string[];
    stopEarly?: boolean;
    "--"?: boolean;
    unknown?: (arg: string, key?: string, value?: unknown) => unknown;
  }
  export function parseArgs(
    args: string[],
    options?: ParseOptions,
  ): Record<string, unknown> & { _: (string | number)[]; "--"?: string[] };
}

declare module "@std/crypto/timing-safe-equal" {
  export function timingSafeEqual(
    a: ArrayBufferView | ArrayBufferLike,
    b: ArrayBufferView | ArrayBufferLike,
  ): boolean;
}

declare module "@std/http/etag" {
  export function eTag(entity: string | Uint8Array): Promise<string | undefined>;
  /** False where the value names the tag: the other side has that copy. */
  export function ifNoneMatch(value: string | null, etag: string | undefined): boolean;
}

declare module "@std/http/server-sent-event-stream" {
  export interface ServerSentEventMessage {
    comment?: string;
    event?: string;
    data?: string;
    id?: string | number;
    retry?: number;
  }
  export class ServerSentEventStream
    extends TransformStream<ServerSentEventMessage, Uint8Array<ArrayBuffer>> {}
}

declare module "@std/assert" {
  export function assert(expr: unknown, message?: string): asserts expr;
  export function assertEquals<T>(actual: T, expected: T, message?: string): void;
  export function assertNotEquals<T>(actual: T, expected: T, message?: string): void;
  export function assertStrictEquals<T>(actual: unknown, expected: T, message?: string): void;
  export function assertMatch(actual: string, expected: RegExp, message?: string): void;
  export function assertStringIncludes(actual: string, expected: string, message?: string): void;
  export function assertExists<T>(actual: T, message?: string): asserts actual is NonNullable<T>;
  export function assertThrows<E extends Error = Error>(
    fn: () => unknown,
    // deno-lint-ignore no-explicit-any -- the shape of any constructor
    ErrorClass?: new (...args: any[]) => E,
    messageIncludes?: string,
  ): E;
  export function assertRejects<E extends Error = Error>(
    fn: () => Promise<unknown>,
    // deno-lint-ignore no-explicit-any -- the shape of any constructor
    ErrorClass?: new (...args: any[]) => E,
    messageIncludes?: string,
  ): Promise<E>;
  export function fail(message?: string): never;
}

// dns-packet ships no types; these are the parts in use, as they behave.
declare module "dns-packet" {
  import type { Buffer } from "node:buffer";

  export interface WireQuestion {
    name: string;
    type: string;
    class?: string;
  }
  export interface WireRecord extends WireQuestion {
    ttl?: number;
    flush?: boolean;
    data?: unknown;
  }
  export interface WirePacket {
    id?: number;
    type?: "query" | "response";
    flags?: number;
    questions?: WireQuestion[];
    answers?: WireRecord[];
    authorities?: WireRecord[];
    additionals?: WireRecord[];
  }
  export interface DecodedPacket extends Required<WirePacket> {
    opcode: string;
    rcode: string;
    flag_tc: boolean;
  }
  const dnsPacket: {
    encode(packet: WirePacket): Buffer;
    /** @throws {Error} of no particular kind */
    decode(bytes: Buffer): DecodedPacket;
  };
  export default dnsPacket;
}
