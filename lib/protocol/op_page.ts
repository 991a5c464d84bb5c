/** Pages of ops, on their way out of a log: `GET /v1/ops`. */
import { isJsonObject } from "../model/canonical_json.ts";
import { isForeignCursor } from "../model/cursor.ts";
import type { LoggedOp } from "../model/logged_op.ts";
import { isEmptyList, JsonElements, splitJsonBody } from "./json_elements.ts";
import { DEFAULT_PAGE_OPS, MAX_PAGE_OPS, MAX_WAIT_S } from "./limits.ts";
import { badParameter, requireOnce } from "./query_parameters.ts";
import { unreadable } from "./unreadable.ts";

export {
  decodePushBody,
  decodePushResult,
  encodePushBody,
  encodePushResult,
  type PushResult,
} from "./push.ts";

/** Ops as they came, each still to be read by `decodeOp`, which keeps what it cannot read. */
export interface OpList extends Iterable<unknown> {
  readonly length: number;
  slice(start: number, end: number): OpList;
}

/** A page, of which only the frame has been read. */
export interface OpPage {
  /** Going through them throws `invalid_response` at one that is not JSON. */
  readonly ops: OpList;
  /** Where to go on. */
  readonly nextCursor: string;
  readonly hasMore: boolean;
  /** The end of the log. */
  readonly head: string;
}

/** What a request for ops asks for. */
export interface OpsQuery {
  /** Null for the start of the log. */
  readonly since: string | null;
  readonly limit: number;
  /** How long to wait where there is nothing yet, in seconds. */
  readonly waitS: number;
}

/** The JSON of one op. Its payload is JSON already, and by far the largest part: it goes in as it is. */
export function encodeOp(op: LoggedOp): string {
  const head = JSON.stringify({
    op_id: op.opId,
    entity_type: op.entityType,
    entity_id: op.entityId,
    op_type: op.opType,
    clock: { rev: op.rev, updated_at: op.updatedAt, device_id: op.clockDeviceId },
    device_id: op.deviceId,
    created_at: op.createdAt,
  });
  return `${head.slice(0, -1)},"payload":${op.payload ?? "null"}}`;
}

/** The body of a page, of ops that are JSON texts. */
export function encodeOpPage(
  page: Omit<OpPage, "ops"> & { readonly ops: readonly string[] },
): string {
  const frame = JSON.stringify({
    next_cursor: page.nextCursor,
    has_more: page.hasMore,
    head: page.head,
  });
  return `${frame.slice(0, -1)},"ops":[${page.ops.join(",")}]}`;
}

/**
 * Reads the body of a page.
 *
 * @throws {CodememError} `invalid_response` naming the member
 */
export function decodeOpPage(bytes: Uint8Array): OpPage {
  const body = splitJsonBody(bytes, "ops");
  if (!isJsonObject(body?.frame)) throw unreadable("page of ops");
  const { next_cursor: nextCursor, has_more: hasMore, head } = body.frame;
  const { elements } = body;
  if (elements === undefined || !isEmptyList(body.frame.ops) || elements.length > MAX_PAGE_OPS) {
    throw unreadable("page of ops", "ops");
  }
  if (!isForeignCursor(nextCursor)) throw unreadable("page of ops", "next_cursor");
  if (typeof hasMore !== "boolean") throw unreadable("page of ops", "has_more");
  if (!isForeignCursor(head)) throw unreadable("page of ops", "head");
  const ops = new JsonElements(elements, () => unreadable("page of ops", "ops"));
  return { ops, nextCursor, hasMore, head };
}

/**
 * Reads the query of a request for ops; parameters of a newer version are passed over.
 *
 * @throws {CodememError} `invalid_request` naming the parameter
 */
export function parseOpsQuery(parameters: URLSearchParams): OpsQuery {
  requireOnce(parameters, ["since", "limit", "wait"]);
  return {
    since: parameters.get("since"),
    limit: readNumber(parameters, "limit", { min: 1, max: MAX_PAGE_OPS }) ?? DEFAULT_PAGE_OPS,
    waitS: readNumber(parameters, "wait", { min: 0, max: MAX_WAIT_S }) ?? 0,
  };
}

function readNumber(
  parameters: URLSearchParams,
  name: string,
  { min, max }: { readonly min: number; readonly max: number },
): number | undefined {
  const text = parameters.get(name);
  if (text === null) return undefined;
  const number = /^\d{1,6}$/.test(text) ? Number(text) : NaN;
  if (number >= min && number <= max) return number;
  throw badParameter(name, `a whole number from ${min} to ${max}`);
}
