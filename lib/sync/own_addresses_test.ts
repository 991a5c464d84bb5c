import { assertEquals } from "@std/assert";
import { formatAddress } from "../model/address.ts";
import { announcedAddresses, ownAddresses } from "./own_addresses.ts";

const INTERFACES = [
  { name: "lo", address: "127.0.0.1" },
  { name: "docker0", address: "172.17.0.1" },
  { name: "tailscale0", address: "100.101.102.103" },
  { name: "tailscale0", address: "fd7a:115c:a1e0::5" },
  { name: "eth0", address: "192.168.1.5" },
  { name: "eth0", address: "fe80::1" },
  { name: "eth0", address: "fd00::5" },
  { name: "wlan0", address: "10.0.0.7" },
];
const ANY = ["0.0.0.0", "::"];

const cases: readonly [what: string, {
  readonly bind?: readonly string[];
  readonly advertise?: "auto" | readonly string[];
  readonly told: readonly string[];
  /** By the interface. */
  readonly announced: Readonly<Record<string, readonly string[]>>;
}][] = [
  ["on every address", {
    told: [
      ...["192.168.1.5:7337", "10.0.0.7:7337", "[fd00::5]:7337"],
      ...["100.101.102.103:7337", "[fd7a:115c:a1e0::5]:7337"],
    ],
    announced: {
      eth0: ["192.168.1.5:7337", "[fd00::5]:7337"],
      wlan0: ["10.0.0.7:7337"],
      docker0: [],
      lo: [],
    },
  }],
  ["on IPv4 alone", {
    bind: ["0.0.0.0"],
    told: ["192.168.1.5:7337", "10.0.0.7:7337", "100.101.102.103:7337"],
    announced: { eth0: ["192.168.1.5:7337"], wlan0: ["10.0.0.7:7337"] },
  }],
  ["on one address", {
    bind: ["10.0.0.7"],
    told: ["10.0.0.7:7337"],
    announced: { eth0: [], wlan0: ["10.0.0.7:7337"] },
  }],
  ["for this machine alone", {
    bind: ["127.0.0.1"],
    told: ["127.0.0.1:7337"],
    announced: { eth0: [], wlan0: [], lo: [] },
  }],
  ["behind addresses that its owner has set", {
    advertise: ["203.0.113.9:8000", "desk.tail1.ts.net:7337"],
    told: ["203.0.113.9:8000", "desk.tail1.ts.net:7337"],
    announced: { eth0: ["203.0.113.9:8000"], wlan0: ["203.0.113.9:8000"] },
  }],
];

for (const [what, { bind = ANY, advertise = "auto", told, announced }] of cases) {
  Deno.test(`a device that listens ${what} tells where it is`, () => {
    const settings = { syncBind: bind, syncPort: 7337, syncAdvertise: advertise };
    assertEquals(ownAddresses(settings, INTERFACES).toSorted(), told.toSorted());
    assertEquals(ownAddresses(settings, INTERFACES)[0], told[0], "the best comes first");
    for (const [name, addresses] of Object.entries(announced)) {
      const found = announcedAddresses(settings, INTERFACES, name).map(formatAddress);
      assertEquals(found.toSorted(), addresses.toSorted(), name);
    }
  });
}

Deno.test("a listener on :: alone is reached over IPv4 too", () => {
  const settings = { syncBind: ["::"], syncPort: 7337, syncAdvertise: "auto" } as const;
  assertEquals(ownAddresses(settings, INTERFACES)[0], "192.168.1.5:7337");
});
