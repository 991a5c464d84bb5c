import { assert, assertEquals, assertThrows } from "@std/assert";
import { memoryStore, VirtualClock } from "../../../tests/support/devices/stores.ts";
import { CodememError, type ErrorCode } from "../../errors.ts";
import { tokenIdOf } from "../../model/invite.ts";
import type { Invites } from "./invites.ts";

const TOKEN = new Uint8Array(16).fill(7);
const ID = tokenIdOf(TOKEN);
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

function invitesWith(options: { readonly replaceKey?: boolean } = {}) {
  const clock = new VirtualClock();
  const { invites } = memoryStore(clock);
  const expiresAtMs = clock.nowMs + 10 * MINUTE_MS;
  invites.add({ token: TOKEN, expiresAtMs, replaceKey: options.replaceKey ?? false });
  return { invites, clock };
}

function assertRefused(invites: Invites, fingerprint: string, code: ErrorCode): void {
  const error = assertThrows(() => invites.use(ID, fingerprint), CodememError);
  assertEquals(error.code, code);
}

Deno.test("an invitation is found by the name of its token, which does not tell the token", () => {
  const { invites } = invitesWith({ replaceKey: true });
  const invite = invites.find(ID)!;
  assertEquals([...invite.token], [...TOKEN]);
  assertEquals([invite.replaceKey, invite.usedAt, invite.usedBy], [true, null, null]);
  assert(/^[0-9a-f]{32}$/.test(ID));
  assertEquals(invites.find("0".repeat(32)), undefined);
});

Deno.test("an invitation that was used by one key is refused to another", () => {
  const { invites } = invitesWith();
  invites.use(ID, "first");
  assertRefused(invites, "second", "invite_used");
  assertEquals(invites.find(ID)!.usedBy, "first");
});

Deno.test("the same key may come again until it has confirmed", () => {
  const { invites } = invitesWith();
  invites.use(ID, "first");
  const { usedAt } = invites.find(ID)!;
  invites.use(ID, "first");
  assertEquals(invites.find(ID)!.usedAt, usedAt);
  invites.confirm("first");
  assertRefused(invites, "first", "invite_used");
});

Deno.test("a confirmation by one key leaves the invitations of others alone", () => {
  const { invites } = invitesWith();
  invites.use(ID, "first");
  invites.confirm("second");
  invites.use(ID, "first");
});

Deno.test("an expired invitation is refused as such, a used one stays used", () => {
  const unused = invitesWith();
  unused.clock.advance(11 * MINUTE_MS);
  assertRefused(unused.invites, "first", "invite_expired");
  assertEquals(unused.invites.find(ID)!.usedAt, null);
  const used = invitesWith();
  used.invites.use(ID, "first");
  used.clock.advance(11 * MINUTE_MS);
  assertRefused(used.invites, "second", "invite_used");
  assertRefused(used.invites, "first", "invite_used");
});

Deno.test("an invitation is good to the last moment and not one longer", () => {
  const { invites, clock } = invitesWith();
  const expiresAtMs = Date.parse(invites.find(ID)!.expiresAt);
  clock.nowMs = expiresAtMs;
  assertRefused(invites, "first", "invite_expired");
  clock.nowMs = expiresAtMs - 1;
  invites.use(ID, "first");
});

Deno.test("old invitations are forgotten when a new one is given out", () => {
  const { invites, clock } = invitesWith();
  const other = (byte: number) => ({
    token: new Uint8Array(16).fill(byte),
    expiresAtMs: clock.nowMs,
    replaceKey: false,
  });
  clock.advance(6 * DAY_MS);
  invites.add(other(8));
  assert(invites.find(ID) !== undefined);
  clock.advance(2 * DAY_MS);
  invites.add(other(9));
  assertEquals(invites.find(ID), undefined);
});

Deno.test("an invitation that is not there cannot be used", () => {
  const { invites } = memoryStore();
  assertRefused(invites, "first", "invite_used");
});
