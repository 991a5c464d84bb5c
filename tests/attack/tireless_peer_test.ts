/** A paired device that answers whoever waits at it at once, with nothing that is of use. */
import { assert, assertEquals } from "@std/assert";
import { formatDigestSum } from "../../lib/model/digest.ts";
import { startDevice, type TestDevice } from "../support/devices/device.ts";
import { eventually } from "../support/eventually.ts";
import { newKeyHolder } from "../support/attackers/key_holder.ts";
import { OP, pageOf, startMaliciousPeer, statusOf } from "../support/attackers/malicious_peer.ts";

const holder = await newKeyHolder("66666666-6666-4666-8666-666666666666");
/** How long requests are counted. Without a pause there are hundreds a second. */
const WATCHED_MS = 3_000;
const MAX_REQUESTS = 40;

const ANSWERS: Readonly<Record<string, (count: number) => Response>> = {
  "nothing": () => pageOf([]),
  "the same op": () => pageOf([OP]),
  "the same op at another place of its log": (count) =>
    pageOf([OP], { next_cursor: `aaaaaaaaaaaaaaaa.${count}` }),
  "ops that cannot be read": (count) => pageOf([{ count }]),
  "a refusal": () => Response.json({ error: "peer_removed", message: "go" }, { status: 403 }),
};

for (const [what, answer] of Object.entries(ANSWERS)) {
  Deno.test(`a peer that answers a wait at once with ${what} is asked ever more rarely`, async () => {
    await using alice = await startDevice("alice");
    await using mallory = await startMaliciousPeer(alice, (request, count) => {
      const { pathname, searchParams } = new URL(request.url);
      if (pathname === "/v1/status") return identicalStatus(alice);
      return searchParams.has("wait") ? answer(count) : undefined;
    });
    await eventually("alice waits at mallory", () => mallory.requests.includes("GET /v1/ops"));
    const before = mallory.requests.length;
    await new Promise((resolve) => setTimeout(resolve, WATCHED_MS));
    const requests = mallory.requests.length - before;
    assert(requests < MAX_REQUESTS, `${requests} requests in ${WATCHED_MS} ms`);
    assertEquals(alice.runtime.facts.fault, null);
  });
}

/** With it every pass succeeds at once. */
function identicalStatus({ store }: TestDevice): Response {
  const { live, tombstones, sum } = store.log.snapshot().digest;
  return statusOf(holder, { live, tombstones, digest: formatDigestSum(sum) });
}
