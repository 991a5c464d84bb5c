import { assertEquals } from "@std/assert";
import {
  certificateName,
  cleanDeviceName,
  isDeviceId,
  isSyncDeviceId,
  MAX_DEVICE_NAME,
} from "./device.ts";

Deno.test("a device id is visible ASCII", () => {
  for (const id of ["a", "A_b:c/d", "local", "x".repeat(128)]) {
    assertEquals(isDeviceId(id), true, id);
  }
  for (const id of ["", " ", "a b", "a\n", "\u00e9", "x".repeat(129), 1, null]) {
    assertEquals(isDeviceId(id), false, String(id));
  }
});

Deno.test("the id of a device that syncs is one DNS label", () => {
  for (const id of ["a", "9", "laptop-1", "x".repeat(63), crypto.randomUUID()]) {
    assertEquals(isSyncDeviceId(id), true, id);
  }
  for (const id of ["", "-a", "a-", "A", "a.b", "a_b", "x".repeat(64), "a\n", "*", null]) {
    assertEquals(isSyncDeviceId(id), false, String(id));
  }
  assertEquals(certificateName("laptop"), "laptop.codemem.internal");
});

const names: readonly (readonly [string, string | undefined])[] = [
  ["laptop", "laptop"],
  ["  Ann's  laptop\t2 ", "Ann's laptop 2"],
  ["a\r\n\u2028b", "a b"],
  ["\u001b[31mred\u0007", "[31mred"],
  ["\u202egnp.exe", "gnp.exe"],
  ["zero\u200bwidth\ufeff", "zerowidth"],
  ["two \u200b spaces", "two spaces"],
  ["half \ud83d a pair", "half \ufffd a pair"],
  ["\u{1f4bb} desk", "\u{1f4bb} desk"],
  ["", undefined],
  [" \n\u200b\u0000 ", undefined],
];

for (const [name, clean] of names) {
  Deno.test(`the device name ${JSON.stringify(name)} is shown as ${clean ?? "nothing"}`, () => {
    assertEquals(cleanDeviceName(name), clean);
  });
}

Deno.test("a device name is cut between characters, not within one", () => {
  assertEquals(cleanDeviceName("\u{1f4bb}".repeat(100)), "\u{1f4bb}".repeat(MAX_DEVICE_NAME));
  assertEquals(cleanDeviceName("x".repeat(MAX_DEVICE_NAME - 1) + " y"), "x".repeat(59));
});
