/** Ops handed over to a peer, and what became of them: `POST /v1/ops`. */
import { CodememError } from "../errors.ts";
import { isJsonObject, type Json } from "../model/canonical_json.ts";
import { parseDigestSum } from "../model/digest.ts";
import { isEntityId } from "../model/op.ts";
import { parseJsonBody } from "./json_body.ts";
import { isEmptyList, JsonElements, splitJsonBody } from "./json_elements.ts";
import { MAX_PAGE_OPS } from "./limits.ts";
import { isCount, isVisibleText } from "./members.ts";
import { unreadable } from "./unreadable.ts";

/** An op that the other side keeps aside. */
export interface RefusedOp {
  readonly opId: string;
  /** One of our reasons, or one of a newer version. */
  readonly reason: string;
}

/** What became of the ops of a push. */
export interface PushResult {
  readonly applied: number;
  readonly stale: number;
  readonly duplicate: number;
  readonly quarantined: readonly RefusedOp[];
  /** Memories that live on the other side, afterwards. */
  readonly live: number;
  /** The sum of its digest, as 64 hex digits. */
  readonly digest: string;
}

const encoder = new TextEncoder();

/** The body of a push, of ops that are JSON texts. */
export function encodePushBody(ops: readonly string[]): Uint8Array {
  return encoder.encode(`{"ops":[${ops.join(",")}]}`);
}

/**
 * Reads the body of a push; each op is still to be read by `decodeOp`. Going through them throws
 * `invalid_ops` at one that is not JSON.
 *
 * @throws {CodememError} `invalid_ops`; `too_large` where there are more than {@link MAX_PAGE_OPS}
 */
export function decodePushBody(bytes: Uint8Array): JsonElements {
  const { frame, elements } = splitJsonBody(bytes, "ops") ?? {};
  if (!isJsonObject(frame) || elements === undefined || !isEmptyList(frame.ops)) throw noOps();
  if (elements.length > MAX_PAGE_OPS) {
    throw new CodememError("too_large", `Cannot take ${elements.length} ops at a time`, {
      hint: `Send at most ${MAX_PAGE_OPS} ops in a request`,
    });
  }
  return new JsonElements(elements, noOps);
}

function noOps(): CodememError {
  return new CodememError("invalid_ops", 'Cannot read the ops: expected {"ops": […]} in JSON', {
    hint: "Update codemem on both devices",
  });
}

/** The body of the answer to a push. */
export function encodePushResult(result: PushResult): string {
  const { applied, stale, duplicate, live, digest } = result;
  const quarantined = result.quarantined.map(({ opId, reason }) => ({ op_id: opId, reason }));
  return JSON.stringify({ applied, stale, duplicate, quarantined, live, digest });
}

/**
 * Reads the answer to a push.
 *
 * @throws {CodememError} `invalid_response` naming the member
 */
export function decodePushResult(bytes: Uint8Array): PushResult {
  const value = parseJsonBody(bytes);
  if (!isJsonObject(value)) throw unreadable("answer to a push");
  const count = (name: string): number => {
    const number = value[name];
    if (!isCount(number)) throw unreadable("answer to a push", name);
    return number;
  };
  const { digest, quarantined } = value;
  if (typeof digest !== "string" || parseDigestSum(digest) === undefined) {
    throw unreadable("answer to a push", "digest");
  }
  if (!Array.isArray(quarantined)) throw unreadable("answer to a push", "quarantined");
  return {
    applied: count("applied"),
    stale: count("stale"),
    duplicate: count("duplicate"),
    quarantined: quarantined.map(decodeRefusedOp),
    live: count("live"),
    digest,
  };
}

function decodeRefusedOp(value: Json): RefusedOp {
  const { op_id: opId, reason } = isJsonObject(value) ? value : {};
  if (!isEntityId(opId) || !isVisibleText(reason)) {
    throw unreadable("answer to a push", "quarantined");
  }
  return { opId, reason };
}
