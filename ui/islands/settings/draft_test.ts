import { assertEquals } from "@std/assert";
import type { ConfigData } from "../../page_data.ts";
import { changesOf, draftOf } from "./draft.ts";

const CONFIG: ConfigData = {
  device_name: "studio",
  sync_enabled: true,
  sync_bind: ["0.0.0.0", "::"],
  sync_port: 7337,
  sync_interval_s: 120,
  sync_mdns: true,
  sync_advertise: "auto",
  sync_key_store: "auto",
  viewer_host: "127.0.0.1",
  viewer_port: 38_888,
  log_level: "info",
  sources: {},
  about: [],
  interfaces: [],
};
const DRAFT = draftOf(CONFIG);

Deno.test("only what was changed is sent", () => {
  assertEquals(changesOf(CONFIG, DRAFT), {});
  assertEquals(changesOf(CONFIG, { ...DRAFT, sync_port: " 7338 ", device_name: "studio " }), {
    sync_port: 7_338,
  });
  assertEquals(changesOf(CONFIG, { ...DRAFT, sync_mdns: false }), { sync_mdns: false });
});

Deno.test("what is no number is left to the device to refuse", () => {
  assertEquals(changesOf(CONFIG, { ...DRAFT, sync_port: "seven" }), { sync_port: "seven" });
  assertEquals(changesOf(CONFIG, { ...DRAFT, sync_port: "" }), { sync_port: "" });
});

Deno.test("empty rows of addresses do not count", () => {
  assertEquals(changesOf(CONFIG, { ...DRAFT, sync_bind: ["0.0.0.0", "::", " "] }), {});
  assertEquals(changesOf(CONFIG, { ...DRAFT, sync_bind: ["::"] }), { sync_bind: ["::"] });
});

Deno.test("addresses to be told are found out, or listed", () => {
  assertEquals(changesOf(CONFIG, { ...DRAFT, sync_advertise: " " }), {});
  assertEquals(changesOf(CONFIG, { ...DRAFT, sync_advertise: "a:1, b:2" }), {
    sync_advertise: ["a:1", "b:2"],
  });
  const listed = { ...CONFIG, sync_advertise: ["a:1"] };
  assertEquals(draftOf(listed).sync_advertise, "a:1");
  assertEquals(changesOf(listed, { ...draftOf(listed), sync_advertise: "auto" }), {
    sync_advertise: "auto",
  });
});
