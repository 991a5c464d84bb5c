/** The compiled file where little is as it is on the machine of a developer. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { compiledProgram } from "../support/devices/compiled.ts";
import { freePort } from "../support/system/free_port.ts";
import { Home } from "../support/devices/home.ts";
import { skipUnless } from "../support/skip.ts";

const program = await compiledProgram();
const makeHome = () => Home.make({ program: [program] });
const isRoot = Deno.uid() === 0;
/** Debian's user that owns nothing. */
const NOBODY = 65534;

Deno.test("the compiled file runs with nothing in its environment but a home folder", async () => {
  await using home = await makeHome();
  const bare = { through: ["env", "-i", `HOME=${home.folder}`] };
  assertMatch((await home.run(["--version"], bare)).stdout, /^codemem \d/);
  assertEquals((await home.run(["remember", "alone"], bare)).code, 0);
  assertStringIncludes((await home.run(["search", "alone"], bare)).stdout, "alone");
  assertEquals(await names(home.folder), [".codemem"]);
  assertEquals(await names(home.path(".codemem")), ["codemem.db"]);
});

Deno.test("without HOME the compiled file says what to set, and works where CODEMEM_HOME is", async () => {
  await using home = await makeHome();
  const neither = await home.run(["recent"], { env: { HOME: undefined, CODEMEM_HOME: undefined } });
  assertEquals([neither.code, neither.stdout], [2, ""]);
  assertStringIncludes(neither.stderr, "HOME is not set\nhint: Set HOME");
  const env = { HOME: undefined };
  assertEquals((await home.run(["remember", "homeless"], { env })).code, 0);
  assertStringIncludes((await home.run(["recent"], { env })).stdout, "homeless");
});

Deno.test("the compiled file leaves nothing in the folder for temporary files", async () => {
  await using home = await makeHome();
  await Deno.mkdir(home.path("tmp"));
  const env = { TMPDIR: home.path("tmp"), CODEMEM_HOME: home.path("device") };
  for (let run = 0; run < 3; run++) {
    assertEquals((await home.run(["remember", "x"], { env })).code, 0);
  }
  assertEquals(await names(home.path("tmp")), []);
});

Deno.test("the compiled file runs from a path with spaces and letters of any kind", async () => {
  await using folder = await makeHome();
  const path = folder.path('My Programs/größe \'n "more"/codemem');
  await Deno.mkdir(folder.path('My Programs/größe \'n "more"'), { recursive: true });
  await Deno.copyFile(program, path);
  const home = new Home(folder.path("My Programs"), { program: [path] });
  await home.text("remember", "spacious");
  assertStringIncludes(await home.text("search", "spacious"), "spacious");
});

Deno.test(
  skipUnless(isRoot, "needs root, to be somebody else", "it runs for who may only read it"),
  async () => {
    await using folder = await makeHome();
    await Deno.mkdir(folder.path("program"));
    await Deno.copyFile(program, folder.path("program/codemem"));
    await Deno.chmod(folder.path("program/codemem"), 0o555);
    await Deno.chmod(folder.path("program"), 0o555);
    await Deno.chmod(folder.folder, 0o755);
    await Deno.mkdir(folder.path("device"));
    await Deno.chown(folder.path("device"), NOBODY, NOBODY);
    const home = new Home(folder.path("device"), { program: [folder.path("program/codemem")] });
    const through = ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"];
    const kept = await home.run(["remember", "read only"], { through });
    assertEquals([kept.code, kept.stderr], [0, ""]);
    assertStringIncludes((await home.run(["search", "read"], { through })).stdout, "read only");
    const touched = await home.run([], {
      through: [...through, "sh", "-c", `touch ${folder.path("program")}/x`],
    });
    assertEquals(touched.code, 1, "the folder is not read-only");
    assertEquals(await names(folder.path("program")), ["codemem"]);
  },
);

Deno.test("variables that steer the runtime do not steer the compiled file", async () => {
  await using home = await makeHome();
  const [viewer, elsewhere] = [freePort(), freePort()];
  const code = `require("node:fs").writeFileSync(${JSON.stringify(home.path("trace"))}, "")`;
  await Deno.writeTextFile(home.path("code.cjs"), code);
  const env = {
    CODEMEM_VIEWER_PORT: String(viewer),
    DENO_SERVE_ADDRESS: `duplicate,tcp:127.0.0.1:${elsewhere}`,
    NODE_OPTIONS: `--require ${home.path("code.cjs")}`,
    NODE_V8_COVERAGE: home.path("trace"),
    DENO_COVERAGE_DIR: home.path("trace"),
    DENO_V8_FLAGS: "--nonsense",
    OTEL_DENO: "true",
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${elsewhere}`,
  };
  {
    await using _serve = await home.start(["serve"], /Viewer:/, { env });
    assertEquals((await fetch(`http://127.0.0.1:${viewer}/api/health`)).status, 200);
    const isOpen = await fetch(`http://127.0.0.1:${elsewhere}/`).then(() => true, () => false);
    assert(!isOpen, "the viewer is open elsewhere");
  }
  assert(!(await names(home.folder)).includes("trace"), "something was written");
});

Deno.test("text is kept as it was typed in a locale that is not UTF-8", async () => {
  await using home = await makeHome();
  for (const locale of ["C", "POSIX", "de_DE.ISO-8859-1"]) {
    const env = { LC_ALL: locale, LANG: locale };
    const body = `Grüße aus 東京 ${locale}`;
    const { stdout } = await home.run(["remember", body, "--json"], { env });
    assertEquals(JSON.parse(stdout).body, body);
    assertStringIncludes((await home.run(["search", "Grüße"], { env })).stdout, body);
  }
});

Deno.test("closed streams are no reason to fail, and nothing is written into the database", async () => {
  await using home = await makeHome();
  for (const closed of [">&-", "2>&-", "<&- >&- 2>&-"]) {
    const through = ["sh", "-c", `exec "$0" "$@" ${closed}`];
    assertEquals((await home.run(["remember", closed], { through })).code, 0, closed);
    assertEquals((await home.run(["recent"], { through })).code, 0, closed);
    assertEquals((await home.run(["serch"], { through })).code, 2, closed);
  }
  const titles = await home.json<{ title: string }[]>("recent");
  assertEquals(titles.map(({ title }) => title).sort(), ["2>&-", "<&- >&- 2>&-", ">&-"]);
});

const hasNamespaces = await canRun(["unshare", "-n", "true"]);
Deno.test(
  // A container may forbid it even to root.
  skipUnless(hasNamespaces, "needs network namespaces", "no network is needed", { isCi: false }),
  async () => {
    await using home = await makeHome();
    const through = ["unshare", "-n"];
    assertEquals((await home.run(["remember", "offline"], { through })).code, 0);
    assertStringIncludes((await home.run(["search", "offline"], { through })).stdout, "offline");
    assertEquals((await home.run(["sync", "enable"], { through })).code, 0);
    assertEquals((await home.run(["sync", "status", "--json"], { through })).code, 0);
  },
);

Deno.test(
  skipUnless(isRoot && Deno.build.os === "linux", "needs root on Linux", "libc is all it needs"),
  async () => {
    await using jail = await makeHome();
    await furnish(jail.folder);
    const home = new Home(jail.folder, { program: ["/codemem"] });
    const inside = {
      through: ["chroot", jail.folder],
      env: { HOME: "/home", CODEMEM_HOME: undefined, PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
    };
    const version = await home.run(["--version"], inside);
    assertMatch(version.stdout, /^codemem \d/, version.stderr);
    assertEquals((await home.run(["remember", "in jail"], inside)).code, 0);
    assertStringIncludes((await home.run(["search", "jail"], inside)).stdout, "in jail");
    assertEquals((await home.run(["sync", "enable"], inside)).code, 0);
    assertEquals(await names(jail.path("home")), [".codemem", ".config"]);
  },
);

/** The loader, and what Debian's libc6 and libgcc-s1 (which libc6 depends on) bring. */
const PARTS_OF_LIBC = /\/(ld-linux-[\w-]+|lib(c|dl|m|pthread|rt|gcc_s))\.so\.\d$/;

/** Copies the program and the libraries that it is linked with into a folder, to be a root. */
async function furnish(root: string): Promise<void> {
  const { stdout } = await new Deno.Command("ldd", { args: [program] }).output();
  const libraries = new TextDecoder().decode(stdout).match(/\/\S+(?= \(0x)/g) ?? [];
  const unexpected = libraries.filter((path) => !PARTS_OF_LIBC.test(path));
  assertEquals(unexpected, []);
  for (const library of libraries) {
    await Deno.mkdir(`${root}${library.slice(0, library.lastIndexOf("/"))}`, { recursive: true });
    await Deno.copyFile(library, `${root}${library}`);
  }
  await Deno.copyFile(program, `${root}/codemem`);
  // Stands for a mounted /proc, in which a process finds its own file.
  await Deno.mkdir(`${root}/proc/self`, { recursive: true });
  await Deno.symlink("/codemem", `${root}/proc/self/exe`);
  await Deno.mkdir(`${root}/home`);
}

async function names(folder: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(folder));
  return entries.map(({ name }) => name).sort();
}

async function canRun([program, ...args]: readonly [string, ...string[]]): Promise<boolean> {
  try {
    return (await new Deno.Command(program, { args, stderr: "null" }).output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
