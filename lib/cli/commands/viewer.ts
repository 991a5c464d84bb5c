import { findDaemon } from "../../daemon/await_daemon.ts";
import { CodememError } from "../../errors.ts";
import { formatAddress } from "../../model/address.ts";
import { defineCommand } from "../command.ts";
import { type Opened, openInBrowser } from "../device/open_in_browser.ts";

/** A device that is only just starting is waited for. */
const START_TIMEOUT_MS = 10_000;

const NOT_OPENED: Readonly<Record<Exclude<Opened, "opened">, string>> = {
  no_display: "there is no display here: open the address in a browser on this machine",
  no_browser: "no browser could be opened: open the address in one on this machine",
};

/** Opens the viewer of the device that runs here. */
export const command = defineCommand({
  options: { print: { type: "flag", summary: "print its address and open nothing" } },
  details:
    "Opens the viewer of the running device with `xdg-open` (on macOS `open`), or prints its\n" +
    "address if there is no browser. Only this machine can reach it.",
  async run({ options, json }, context) {
    const facts = await findDaemon(context.paths, START_TIMEOUT_MS);
    if (facts === undefined) {
      throw new CodememError(
        "not_running",
        "The viewer is not available: codemem serve is not running",
        {
          hint: "`codemem sync start` runs this device in the background",
        },
      );
    }
    const url = `http://${formatAddress(facts.viewer)}`;
    const opened = options.print ? undefined : await openInBrowser(url, context.env);
    if (json) return context.output.json({ viewer: url, opened: opened === "opened" });
    context.output.line(opened === "opened" ? `Opened ${url}` : url);
    if (opened !== undefined && opened !== "opened") context.output.note(NOT_OPENED[opened]);
  },
});
