import { assertEquals, assertThrows } from "@std/assert";
import { CodememError } from "../errors.ts";
import { type Environment, resolvePaths } from "./paths.ts";

const home = (env: Environment) => resolvePaths(env).home;

Deno.test("without CODEMEM_HOME the files are below the home folder", () => {
  assertEquals(resolvePaths({ HOME: "/home/alice" }), {
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
  assertEquals(resolvePaths({ HOME: "/home/alice", CODEMEM_HOME: "/x" }), {
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

Deno.test("a relative CODEMEM_HOME is refused: it would be another device in every folder", () => {
  for (const path of ["a", "./a/", "../a", "~/a", "."]) {
    const error = assertThrows(() => home({ CODEMEM_HOME: path }), CodememError, `"${path}"`);
    assertEquals(error.code, "invalid_config");
    assertEquals(error.hint, "Set CODEMEM_HOME to a path that begins with a slash");
  }
  assertEquals(home({ CODEMEM_HOME: "/../a//b/./c/.." }), "/a/b");
});

Deno.test("an empty CODEMEM_HOME counts as none", () => {
  assertEquals(home({ CODEMEM_HOME: "", HOME: "/home/alice" }), undefined);
});

Deno.test("without any home the refusal says what to set", () => {
  for (const env of [{}, { HOME: "" }, { HOME: "relative" }]) {
    const error = assertThrows(() => resolvePaths(env), CodememError, "home folder");
    assertEquals(error.code, "invalid_config");
    assertEquals(error.hint, "Set HOME, or set CODEMEM_HOME to a folder for everything of codemem");
  }
});
