import { assertEquals, assertThrows } from "@std/assert";
import { CodememError } from "../errors.ts";
import { resolveSettings, type SettingSources } from "./resolve.ts";

function resolve(given: Partial<SettingSources>) {
  const base = { env: {}, file: {}, filePath: "/x/config.json", hostname: "tower" };
  return resolveSettings({ ...base, ...given });
}

Deno.test("without any source the defaults hold", () => {
  const { settings, sources, unknown } = resolve({});
  assertEquals(settings, {
    deviceName: "tower",
    syncEnabled: false,
    syncBind: ["0.0.0.0", "::"],
    syncPort: 7337,
    syncIntervalS: 120,
    syncMdns: true,
    syncAdvertise: "auto",
    syncKeyStore: "auto",
    viewerHost: "127.0.0.1",
    viewerPort: 38888,
    logLevel: "info",
  });
  assertEquals(new Set(Object.values(sources)), new Set(["default"]));
  assertEquals(unknown, []);
});

Deno.test("a flag wins over a variable, a variable over the file, the file over the default", () => {
  const file = { sync_port: 1001 };
  const env = { CODEMEM_SYNC_PORT: "1002" };
  const flags = { sync_port: "1003" };
  for (
    const [given, port, source] of [
      [{}, 7337, "default"],
      [{ file }, 1001, "file"],
      [{ file, env }, 1002, "variable"],
      [{ file, env, flags }, 1003, "flag"],
      [{ file, flags: { sync_port: undefined } }, 1001, "file"],
    ] as const
  ) {
    const resolved = resolve(given);
    assertEquals(resolved.settings.syncPort, port);
    assertEquals(resolved.sources.sync_port, source);
  }
});

Deno.test("false, zero-like and empty values of the file are values", () => {
  assertEquals(resolve({ file: { sync_mdns: false } }).settings.syncMdns, false);
  assertThrows(() => resolve({ file: { device_name: "" } }), CodememError, "device_name");
  assertThrows(() => resolve({ file: { sync_port: null } }), CodememError, "sync_port");
});

Deno.test("an empty flag is a value, and refused where it is not a valid one", () => {
  assertThrows(() => resolve({ flags: { sync_port: "" } }), CodememError, "sync_port");
});

Deno.test("an empty variable counts as none", () => {
  assertEquals(resolve({ env: { CODEMEM_SYNC_PORT: "" } }).sources.sync_port, "default");
});

Deno.test("a refusal says where the invalid value stands", () => {
  assertThrows(() => resolve({ env: { CODEMEM_LOG_LEVEL: "loud" } }), CodememError, "CODEMEM_LOG_");
  assertThrows(() => resolve({ file: { log_level: "loud" } }), CodememError, "/x/config.json");
});

Deno.test("an invalid value of the file is refused although a variable wins over it", () => {
  const given = { file: { sync_port: 0 }, env: { CODEMEM_SYNC_PORT: "7000" } };
  assertThrows(() => resolve(given), CodememError, "sync_port");
});

Deno.test("unknown members of the file are reported, not refused", () => {
  const file = JSON.parse('{"sync_prot": 1, "observer_model": "x", "__proto__": 1}');
  assertEquals(resolve({ file }).unknown, [
    { name: "sync_prot", meant: "sync_port" },
    { name: "observer_model", meant: undefined },
    { name: "__proto__", meant: undefined },
  ]);
});
