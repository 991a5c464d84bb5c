import { assertEquals } from "@std/assert";
import { parseLsof } from "./mac_ports.ts";

Deno.test("processes are read from what lsof prints", () => {
  const printed = [
    "COMMAND     PID USER   FD   TYPE             DEVICE SIZE/OFF NODE NAME",
    "ControlCe   612  ann   10u  IPv4 0x5f3b1c2d4e6f7a8b      0t0  TCP *:7337 (LISTEN)",
    "ControlCe   612  ann   11u  IPv6 0x5f3b1c2d4e6f7a8c      0t0  TCP *:7337 (LISTEN)",
    "My\\x20App  1044  ann    7u  IPv6 0x5f3b1c2d4e6f7a8d      0t0  TCP [::1]:7337 (LISTEN)",
    "node       2001  ann   20u  IPv4 0x5f3b1c2d4e6f7a8e      0t0  TCP 127.0.0.1:7337 (LISTEN)",
    "",
  ].join("\n");
  assertEquals(parseLsof(printed), [
    { address: "*", process: { name: "ControlCe", pid: 612 } },
    { address: "*", process: { name: "ControlCe", pid: 612 } },
    { address: "::1", process: { name: "My App", pid: 1_044 } },
    { address: "127.0.0.1", process: { name: "node", pid: 2_001 } },
  ]);
  assertEquals(parseLsof(""), []);
});
