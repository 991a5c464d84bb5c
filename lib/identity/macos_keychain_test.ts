import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { StubProgram } from "../../tests/support/system/stub_program.ts";

/** As `security` answers, with its items as files: see its manual, and Security/SecBase.h for the codes. */
const SECURITY = `items=$(dirname "$0")
[ -e "$items/exit" ] && exit "$(cat "$items/exit")"
[ "$1" = -i ] && { read -r line < "$dir/stdin"; eval "set -- $line"; }
command=$1; shift
while [ $# -gt 0 ]; do case $1 in
  -a) account=$2; shift;; -s) service=$2; shift;; -l) shift;; -w) secret=\${2-}; [ $# -gt 1 ] && shift;;
esac; shift; done
item="$items/item.$service.$account"
case $command in
  add-generic-password) printf %s "$secret" > "$item";;
  find-generic-password) [ -e "$item" ] || exit 44; cat "$item"; echo;;
  delete-generic-password) [ -e "$item" ] || exit 44; rm "$item";;
esac`;

/** Runs lines with a store of the device `d` in a process that finds the stub. */
async function inProcess(stub: StubProgram, lines: string): Promise<string> {
  const url = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);
  const script = `import { keychainStore } from ${url("./keychain_store.ts")};
    import { macosKeychain } from ${url("./macos_keychain.ts")};
    import { deviceKeyOf, generateDeviceKey } from ${url("./device_key.ts")};
    const store = keychainStore(macosKeychain({ timeoutMs: 3_000 }), "d");
    const shown = (key) => key === undefined ? "none" : deviceKeyOf(key).fingerprint;
    const code = (promise) => promise.then(() => "done", (error) => error.code);
    ${lines}`;
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/script.ts`, script);
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const { stdout, stderr, success } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "--no-check", "--config", config, `${folder}/script.ts`],
    env: { PATH: stub.path },
  }).output();
  await Deno.remove(folder, { recursive: true });
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

Deno.test("a key goes into the login keychain and out of it, and no one sees it pass", async () => {
  await using stub = await StubProgram.make("security", SECURITY);
  const said = await inProcess(
    stub,
    `const [first, second] = [generateDeviceKey(), generateDeviceKey()];
     console.log(shown(await store.read("current")));
     await store.write("current", first.privateKey);
     await store.write("next", second.privateKey);
     console.log(shown(await store.read("current")) === first.fingerprint);
     await store.promote();
     console.log(shown(await store.read("current")) === second.fingerprint);
     await store.remove("current");
     await store.remove("current");
     console.log(shown(await store.read("current")), shown(await store.read("next")));
     for (const { privateKey } of [first, second]) {
       console.log(privateKey.export({ type: "pkcs8", format: "der" }).toString("base64"));
     }`,
  );
  const [absent, isFirst, isSecond, gone, ...secrets] = said.trim().split("\n");
  assertEquals([absent, isFirst, isSecond, gone], ["none", "true", "true", "none none"]);
  const calls = await stub.calls();
  for (const secret of secrets) {
    for (const { words, environment } of calls) {
      assertEquals(`${words}${environment}`.includes(secret.slice(24, 60)), false, words);
    }
    assertEquals(calls.some(({ stdin }) => stdin.includes(secret)), true);
  }
  const written = calls.filter(({ stdin }) => stdin !== "");
  for (const { words } of written) assertMatch(words, /^-i /);
  assertStringIncludes(written[0]!.stdin, "add-generic-password -U");
  assertStringIncludes(written[0]!.stdin, "-s codemem-sync -a d -w ");
});

for (
  const [exit, code] of [
    ["36", "keychain_locked"],
    ["51", "keychain_locked"],
    ["128", "keychain_locked"],
    ["1", "keychain_unavailable"],
  ] as const
) {
  Deno.test(`that the keychain ends with ${exit} means ${code}`, async () => {
    await using stub = await StubProgram.make("security", `exit ${exit}`);
    const said = await inProcess(
      stub,
      `console.log(await code(store.read("current")));
       console.log(await code(store.write("current", generateDeviceKey().privateKey)));
       console.log(await code(store.remove("current")));`,
    );
    assertEquals(said.trim().split("\n"), [code, code, code]);
  });
}

Deno.test("what the keychain says it has kept and does not give back is not believed", async () => {
  await using stub = await StubProgram.make("security", `[ "$1" = -i ] && exit 0; exit 44`);
  const said = await inProcess(
    stub,
    `console.log(await code(store.write("current", generateDeviceKey().privateKey)));`,
  );
  assertEquals(said.trim(), "keychain_unavailable");
});
