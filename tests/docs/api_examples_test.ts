/** docs/api.md, held against a device: every route is in it, and every example answers as it shows. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { CodememError, isErrorCode } from "../../lib/errors.ts";
import { makeInvite } from "../../lib/sync/pairing/invite.ts";
import { createViewer } from "../../lib/viewer/handler.ts";
import type { RunningDevice } from "../../lib/viewer/running_device.ts";
import { pair, startDevice, type TestDevice } from "../support/devices/device.ts";
import { hasProgram } from "../support/system/has_program.ts";
import { RawViewer } from "../support/viewer/raw_viewer.ts";
import { skipUnless } from "../support/skip.ts";
import { readDoc, tableRows } from "./read_doc.ts";

/** A route as the document has it. */
interface Example {
  readonly route: string;
  readonly command: string;
  /** What it answers, where that is shown. */
  readonly answer: unknown;
}

const doc = await readDoc("docs/api.md");
const examples = [...doc.matchAll(/\n### `([^`]+)`\n(.*?)(?=\n##|$)/gs)].map(readExample);

Deno.test("the document has every route of the API and no other", async () => {
  await using device = await startDevice("studio", { loop: false });
  const running = { store: device.store, subscribe: () => () => {} } as unknown as RunningDevice;
  const viewer = createViewer({
    device: running,
    browserScript: () => Promise.resolve(""),
    csrfToken: "",
    onFault: () => {},
  });
  const routes = viewer.routes.filter((route) => route.includes(" /api/"));
  assertEquals(examples.map(({ route }) => route).toSorted(), [...new Set(routes)].toSorted());
});

Deno.test("the codes of the document are codes, with their status", () => {
  const rows = tableRows(doc, "status");
  for (const [status, codes = ""] of rows) {
    for (const [, code = ""] of codes.matchAll(/`(\w+)`/g)) {
      assert(isErrorCode(code), code);
      assertEquals(String(new CodememError(code, "").status), status, code);
    }
  }
});

Deno.test(
  skipUnless(await hasProgram("curl"), "needs curl", "every example answers as the document shows"),
  async () => {
    await using device = await startDevice("studio");
    await using laptop = await startDevice("laptop");
    await using attic = await startDevice("attic");
    await pair(laptop, device);
    const env = await variables(device, { laptop, attic });
    for (const { route, command, answer } of examples) {
      const { code, stdout, stderr } = await new Deno.Command("sh", {
        args: ["-c", command],
        env,
      }).output();
      const text = new TextDecoder().decode(stdout);
      const hasTimeLimit = command.includes("--max-time");
      assertEquals(code, hasTimeLimit ? 28 : 0, `${route}: ${new TextDecoder().decode(stderr)}`);
      if (hasTimeLimit) assertMatch(text, /^event: ?status\ndata: ?\{/m);
      else if (answer !== undefined) assertShape(JSON.parse(text), answer, route);
      else assertEquals(JSON.parse(text).error, undefined, route);
    }
    assertEquals(device.store.peers.list().map(({ name }) => name), ["attic"]);
  },
);

/** What stands behind the variables of the examples. */
async function variables(
  device: TestDevice,
  { laptop, attic }: { readonly laptop: TestDevice; readonly attic: TestDevice },
): Promise<Record<string, string>> {
  const viewer = new RawViewer(device);
  const draft = {
    kind: "decision",
    title: "Node",
    body: "The build needs Node 20",
    project: "web",
  };
  const { payload } = makeInvite(attic.context, {
    addresses: [attic.address],
    replaceKey: false,
    pinned: false,
  });
  return {
    viewer: viewer.origin,
    token: await viewer.token(),
    peer: laptop.store.deviceId,
    memory: device.store.memories.remember(draft).id,
    payload,
  };
}

function readExample([, route = "", text = ""]: RegExpMatchArray): Example {
  const command = /```sh\n(.*?)\n```/s.exec(text)?.[1];
  const answer = /```json\n(.*?)\n```/s.exec(text)?.[1];
  if (command === undefined) throw new Error(`${route} has no example`);
  return { route, command, answer: answer === undefined ? undefined : JSON.parse(answer) };
}

/** Objects have the members that are shown; what is null may be anything, and the other way round. */
function assertShape(actual: unknown, shown: unknown, where: string): void {
  if (actual === null || shown === null) return;
  if (Array.isArray(shown)) {
    assert(Array.isArray(actual), where);
    if (actual.length > 0 && shown.length > 0) assertShape(actual[0], shown[0], `${where}[0]`);
    return;
  }
  assertEquals(typeof actual, typeof shown, where);
  if (typeof shown !== "object") return;
  assertEquals(Object.keys(actual as object).toSorted(), Object.keys(shown).toSorted(), where);
  for (const [name, value] of Object.entries(shown)) {
    assertShape((actual as Record<string, unknown>)[name], value, `${where}.${name}`);
  }
}
