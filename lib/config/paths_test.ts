import { assertEquals, assertThrows } from "@std/assert";
import { CodememError } from "../errors.ts";
import { type Environment, resolvePaths } from "./paths.ts";

const here = () => "/somewhere/here";
const home = (env: Environment) => resolvePaths(env, here).home;

Deno.test("without CODEMEM_HOME the files are below the home folder", () => {
  assertEquals(resolvePaths({ HOME: "/home/alice" }, here), {
    home: undefined,
    database: "/home/alice/.codemem/codemem.db",
    config: "/home/alice/.config/codemem/config.json",
    keys: "/home/alice/.config/codemem/keys",
    lock: "/home/alice/.codemem/daemon.lock",
    daemonFacts: "/home/alice/.codemem/daemon.json",
    changes: "/home/alice/.codemem/changes",
    logs: "/home/alice/.codemem/logs",
    stderr: "/home/alice/.codemem/logs/serve.stderr",
  });
});

Deno.test("CODEMEM_HOME puts everything below it", () => {
  assertEquals(resolvePaths({ HOME: "/home/alice", CODEMEM_HOME: "/x" }, here), {
    home: "/x",
    database: "/x/codemem.db",
    config: "/x/config.json",
    keys: "/x/keys",
    lock: "/x/daemon.lock",
    daemonFacts: "/x/daemon.json",
    changes: "/x/changes",
    logs: "/x/logs",
    stderr: "/x/logs/serve.stderr",
  });
});

Deno.test("a relative CODEMEM_HOME is relative to the current folder", () => {
  assertEquals(home({ CODEMEM_HOME: "a" }), "/somewhere/here/a");
  assertEquals(home({ CODEMEM_HOME: "./a/" }), "/somewhere/here/a");
  assertEquals(home({ CODEMEM_HOME: "../a" }), "/somewhere/a");
  assertEquals(home({ CODEMEM_HOME: "/../a//b/./c/.." }), "/a/b");
});

Deno.test("an empty CODEMEM_HOME counts as none", () => {
  assertEquals(home({ CODEMEM_HOME: "", HOME: "/home/alice" }), undefined);
});

Deno.test("without any home the refusal says what to set", () => {
  for (const env of [{}, { HOME: "" }, { HOME: "relative" }]) {
    const error = assertThrows(() => resolvePaths(env, here), CodememError, "home folder");
    assertEquals(error.code, "invalid_config");
    assertEquals(error.hint, "Set HOME, or set CODEMEM_HOME to a folder for everything of codemem");
  }
});
