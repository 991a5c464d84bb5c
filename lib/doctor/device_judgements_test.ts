/** The judgements of a device that are a table each. */
import { assertEquals, assertMatch } from "@std/assert";
import { CodememError } from "../errors.ts";
import { judgeDigest, judgeIntegrity, judgeLegacyRows, judgeQuarantine } from "./database.ts";
import { freeBytesIn, judgeDiskSpace } from "./disk_space.ts";
import type { Judgement, Outcome } from "./finding.ts";
import { judgeKeyStore, type KeyState } from "./key_store.ts";
import { judgeLinger, seeLinger } from "./linger.ts";
import { judgeMdns } from "./mdns.ts";
import { judgeOwnAddresses } from "./own_addresses.ts";

const MIB = 1_048_576;

function assertJudged(judgement: Judgement, outcome: Outcome, words: RegExp): void {
  const { detail, hint } = judgement;
  assertEquals(judgement.outcome, outcome, detail);
  assertMatch(`${detail} – ${hint ?? ""}`, words);
  const needsHint = outcome === "warning" || outcome === "failed";
  assertEquals(hint !== undefined, needsHint, detail);
}

Deno.test("free space must be enough to write the database anew", () => {
  assertJudged(judgeDiskSpace(200 * MIB, 0), "ok", /200 MB are free/);
  assertJudged(judgeDiskSpace(200 * MIB - 1, 0), "warning", /only 199 MB.*200 MB are needed/);
  assertJudged(judgeDiskSpace(999 * MIB, 500 * MIB), "warning", /1000 MB are needed/);
  assertJudged(judgeDiskSpace(1_000 * MIB, 500 * MIB), "ok", /1000 MB are free/);
  assertJudged(judgeDiskSpace(MIB - 1, 0), "failed", /disk is full/);
});

Deno.test("the free space of a real folder is a number of bytes", () => {
  const bytes = freeBytesIn(import.meta.dirname!);
  assertEquals(Number.isSafeInteger(bytes) && bytes > 0, true, String(bytes));
});

Deno.test("a device that only tells loopback addresses is warned of", () => {
  assertJudged(judgeOwnAddresses(["192.168.1.5:7337"]), "ok", /192\.168\.1\.5:7337/);
  assertJudged(judgeOwnAddresses(["127.0.0.1:7337", "100.64.0.1:7337"]), "ok", /told/);
  assertJudged(judgeOwnAddresses(["127.0.0.1:7337"]), "warning", /only this machine/);
  assertJudged(judgeOwnAddresses(["[::1]:7337"]), "warning", /sync_advertise/);
  assertJudged(judgeOwnAddresses([]), "warning", /no address/);
});

Deno.test("discovery is judged by what is wanted and what works", () => {
  const error = "no interface";
  assertJudged(judgeMdns({ enabled: true, active: true, error }), "warning", /not.*everywhere/);
  assertJudged(judgeMdns({ enabled: false, active: false, error: null }), "skipped", /is off/);
  assertJudged(judgeMdns({ enabled: true, active: true, error: null }), "ok", /active/);
  assertJudged(
    judgeMdns({ enabled: true, active: false, error: null }),
    "skipped",
    /only while codemem serve does/,
  );
  assertJudged(judgeMdns({ enabled: true, active: false, error }), "warning", /no interface.*5353/);
});

Deno.test("a key is judged by whether it loads and who may replace it", () => {
  const sight: KeyState = {
    ...{ failure: null, keyStore: "file" as const, wanted: "auto" as const },
    ...{ folder: "/k", folderMode: 0o40700, copy: null },
  };
  assertJudged(judgeKeyStore(sight), "ok", /\/k/);
  assertJudged(judgeKeyStore({ ...sight, folderMode: 0o40755 }), "ok", /\/k/);
  assertJudged(judgeKeyStore({ ...sight, folderMode: 0o40770 }), "warning", /chmod 700 '\/k'/);
  assertJudged(judgeKeyStore({ ...sight, failure: undefined }), "skipped", /no key yet/);
  assertJudged(judgeKeyStore({ ...sight, keyStore: "keychain" }), "ok", /in the keychain/);
  assertJudged(judgeKeyStore({ ...sight, wanted: "file" }), "ok", /in \/k/);
  const misplaced = judgeKeyStore({ ...sight, wanted: "keychain" });
  assertJudged(misplaced, "warning", /in a file.*asks for a keychain.*move-key keychain/);
  const copy = { place: "/k/device.key", isCurrent: true };
  const inKeychain = { ...sight, keyStore: "keychain" as const };
  assertJudged(judgeKeyStore({ ...inKeychain, copy }), "ok", /a copy is in \/k\/device.key/);
  const stale = judgeKeyStore({ ...inKeychain, copy: { ...copy, isCurrent: false } });
  assertJudged(stale, "warning", /an earlier key is in \/k\/device.key.*move-key keychain --stop/);
  const failure = new CodememError("key_exposed", "others can read it", { hint: "chmod it" });
  assertJudged(judgeKeyStore({ ...sight, failure }), "failed", /others can read it – chmod it/);
});

Deno.test("a database is judged by what is found in it", () => {
  assertJudged(judgeIntegrity([]), "ok", /whole/);
  assertJudged(judgeIntegrity(["a", "b", "c"]), "failed", /damaged: a, and 2 more/);
  assertJudged(judgeDigest(true), "ok", /digest/);
  assertJudged(judgeDigest(false), "failed", /codemem restore FILE --stop/);
  assertJudged(judgeQuarantine(0), "ok", /applied/);
  assertJudged(judgeQuarantine(3), "warning", /: 3 – .*sync quarantine/);
  assertJudged(judgeLegacyRows(0), "ok", /op log/);
  assertJudged(judgeLegacyRows(7), "warning", /: 7 – .*sync once/);
});

Deno.test("a service must be allowed to outlive the logout", async () => {
  assertJudged(judgeLinger({ hasUnit: false, lingers: false }), "skipped", /not installed/);
  assertJudged(judgeLinger({ hasUnit: true, lingers: true }), "ok", /stays/);
  assertJudged(judgeLinger({ hasUnit: true, lingers: false }), "warning", /enable-linger/);
  const machine = (...files: string[]) => (path: string) => Promise.resolve(files.includes(path));
  const unit = "/home/ann/.config/systemd/user/codemem.service";
  const place = { servicePath: unit, userName: "ann" };
  assertEquals(await seeLinger(place, machine(unit)), { hasUnit: true, lingers: false });
  assertEquals(
    await seeLinger(place, machine("/var/lib/systemd/linger/ann")),
    { hasUnit: false, lingers: true },
  );
});
