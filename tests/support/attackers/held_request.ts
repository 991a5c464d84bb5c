/** A request that a device holds, because there is nothing new to answer it with. */
import { DatabaseSync } from "node:sqlite";
import type { TestDevice } from "../devices/device.ts";
import { headText } from "../devices/stores.ts";
import { eventually } from "../eventually.ts";
import { type RawRequest, type RawResponse, send, signed } from "./raw_client.ts";

/** One that is held. */
export interface HeldRequest {
  readonly answer: Promise<RawResponse>;
}

/** Asks a device, as its peer, for what comes after the end of its log; resolves when it has read that. */
export async function holdRequest(device: TestDevice, peer: TestDevice): Promise<HeldRequest> {
  const target = `/v1/ops?since=${headText(device.store)}&wait=25`;
  const request = signed(peer.identity, { recipient: device.store.deviceId, target });
  const answer = send(device, request);
  await isRead(device.paths.database, request);
  return { answer };
}

/** Resolves when a device has read a request that was sent to it. @param path of its database */
export async function isRead(path: string, { headers }: RawRequest): Promise<void> {
  const nonce = /nonce="([^"]+)"/.exec(headers["signature-input"]!)![1]!;
  using database = new DatabaseSync(path, { readOnly: true });
  const seen = database.prepare("SELECT 1 FROM sync_nonces WHERE nonce = ?");
  await eventually("the request is read", () => seen.get(nonce) !== undefined);
}
