import { assert, assertEquals } from "@std/assert";
import { runsAsService, servicePlace } from "./service_place.ts";

const linux = { os: "linux", env: { HOME: "/home/alice" }, home: undefined };

Deno.test("a service stands where the system looks for those of a user", () => {
  assertEquals(servicePlace(linux), {
    kind: "systemd",
    name: "codemem.service",
    path: "/home/alice/.config/systemd/user/codemem.service",
    enabledPath: "/home/alice/.config/systemd/user/default.target.wants/codemem.service",
  });
  const moved = { HOME: "/home/alice", XDG_CONFIG_HOME: "/etc/alice" };
  assertEquals(
    servicePlace({ ...linux, env: moved })?.path,
    "/etc/alice/systemd/user/codemem.service",
  );
  const relative = { HOME: "/home/alice", XDG_CONFIG_HOME: "alice" };
  assertEquals(servicePlace({ ...linux, env: relative }), servicePlace(linux));
  assertEquals(
    servicePlace({ ...linux, os: "darwin" })?.path,
    "/home/alice/Library/LaunchAgents/internal.codemem.plist",
  );
});

Deno.test("where there is no home folder, or no such system, there is no service", () => {
  assertEquals(servicePlace({ ...linux, env: {} }), undefined);
  assertEquals(servicePlace({ ...linux, os: "freebsd" }), undefined);
});

Deno.test("a device in a folder of its own has a service that is called after it", () => {
  const name = (home: string) => servicePlace({ ...linux, home })!.name;
  assertEquals(name("/home/alice/memory"), "codemem-home-alice-memory.service");
  const folders = [
    "/",
    "/a/b",
    "/a-b",
    "/a_b",
    "/a b",
    "/ä",
    "/a%b",
    "/A/b",
    `/${"x/".repeat(200)}`,
  ];
  const names = folders.map(name);
  assertEquals(new Set(names).size, folders.length);
  for (const each of names) assert(/^codemem-[\w-]{0,200}\.service$/.test(each), each);
});

Deno.test("a process that a service has started is not the service", () => {
  const systemd = servicePlace(linux);
  assertEquals(runsAsService({ SYSTEMD_EXEC_PID: "7" }, systemd, 7), true);
  assertEquals(runsAsService({ SYSTEMD_EXEC_PID: "7" }, systemd, 8), false);
  assertEquals(runsAsService({}, systemd, 7), false);
  const launchd = servicePlace({ ...linux, os: "darwin" });
  assertEquals(runsAsService({ XPC_SERVICE_NAME: "internal.codemem" }, launchd, 7), true);
  assertEquals(runsAsService({ XPC_SERVICE_NAME: "com.apple.Terminal" }, launchd, 7), false);
  assertEquals(runsAsService({ SYSTEMD_EXEC_PID: "7" }, undefined, 7), false);
});
