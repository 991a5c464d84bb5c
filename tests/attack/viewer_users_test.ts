/** Another user of the same machine, at the viewer of its owner. */
import { assertEquals } from "@std/assert";
import { startDevice } from "../support/devices/device.ts";
import { RawViewer, readAnswer } from "../support/viewer/raw_viewer.ts";

const NOBODY = "65534";
const isPossible = Deno.build.os === "linux" && Deno.uid() === 0 &&
  ["setpriv", "bash"].every(isInstalled);

Deno.test({
  name: "another user of this machine reads nothing at the viewer and changes nothing",
  ignore: !isPossible,
  async fn() {
    await using device = await startDevice("studio");
    const viewer = new RawViewer(device);
    const token = await viewer.token();
    for (const target of ["/", "/sync", "/api/sync/status", "/api/sync/pairing", "/api/events"]) {
      const answer = readAnswer(await askAsNobody(viewer, `GET ${target} HTTP/1.1`, "cat <&3"));
      assertEquals([answer.status, answer.json.error], [403, "forbidden_user"], target);
    }
    const change = `POST /api/sync/actions/disable HTTP/1.1\r\nX-CSRF-Token: ${token}\r\n` +
      "Content-Type: application/json\r\nContent-Length: 0";
    const refused = readAnswer(await askAsNobody(viewer, change, "cat <&3"));
    assertEquals([refused.status, refused.json.error], [403, "forbidden_user"]);
    // Who hangs up at once is no longer known as anybody.
    for (let count = 0; count < 10; count++) await askAsNobody(viewer, change, "exec 3>&-");
    const { json } = await viewer.ask();
    assertEquals(json.enabled, true);
  },
});

/** Sends a request as a user without rights, and runs `then` with the connection as descriptor 3. */
async function askAsNobody(viewer: RawViewer, head: string, then: string): Promise<string> {
  const { stdout } = await new Deno.Command("setpriv", {
    args: [
      ...[`--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups", "bash", "-c"],
      `exec 3<>/dev/tcp/127.0.0.1/${viewer.port}; printf %s "$REQUEST" >&3; ${then}`,
    ],
    env: { REQUEST: `${head}\r\nHost: ${viewer.host}\r\nConnection: close\r\n\r\n` },
    stderr: "inherit",
  }).output();
  return new TextDecoder().decode(stdout);
}

function isInstalled(program: string): boolean {
  try {
    return new Deno.Command(program, { args: ["--version"], stdout: "null" }).outputSync().success;
  } catch {
    return false;
  }
}
