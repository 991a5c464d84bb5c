/** Debian's multicast DNS responder on a host, with a message bus of its own: no service is touched. */
import { join } from "node:path";
import { eventually } from "../eventually.ts";
import type { LabHost } from "../lab/lab_host.ts";

/** A service that `avahi-browse` has resolved. */
export interface ResolvedService {
  readonly instance: string;
  readonly host: string;
  readonly address: string;
  readonly port: number;
  /** The entries of its TXT record, sorted. */
  readonly entries: readonly string[];
}

const PROGRAMS = ["avahi-daemon", "avahi-browse", "avahi-publish", "dbus-daemon"];

/** Whether all programs that are needed are installed. */
export function hasAvahi(): boolean {
  const args = ["-c", 'for each; do command -v "$each" || exit 1; done', "sh", ...PROGRAMS];
  return new Deno.Command("sh", { args, stdout: "null" }).outputSync().success;
}

/** The daemon, running on one host. */
export class Avahi implements AsyncDisposable {
  readonly #host: LabHost;
  readonly #folder: string;
  readonly #processes: Deno.ChildProcess[] = [];

  private constructor(host: LabHost, folder: string) {
    this.#host = host;
    this.#folder = folder;
  }

  /** Starts it, and waits until it answers. */
  static async start(host: LabHost): Promise<Avahi> {
    const folder = await Deno.makeTempDir({ prefix: "codemem-avahi-" });
    const avahi = new Avahi(host, folder);
    await Deno.writeTextFile(join(folder, "bus.conf"), busConfig(avahi.#busAddress));
    await Deno.writeTextFile(join(folder, "avahi.conf"), "[server]\nhost-name=third-party\n");
    avahi.#spawn("dbus-daemon", [`--config-file=${folder}/bus.conf`, "--nofork"]);
    const options = `--file='${folder}/avahi.conf' --no-drop-root --no-chroot --no-rlimits`;
    // It keeps its facts in /run; here in a /run that only it sees.
    const script = `until [ -S '${folder}/bus' ]; do sleep 0.02; done
      mount -t tmpfs tmpfs /run && mkdir /run/avahi-daemon && exec avahi-daemon ${options}`;
    avahi.#spawn("sh", ["-c", script]);
    await avahi.#untilItAnswers();
    return avahi;
  }

  /** What `avahi-browse` finds of a service, such as `_codemem._tcp`, on IPv4. */
  async browse(type: string): Promise<ResolvedService[]> {
    const { stdout } = await this.#command("avahi-browse", ["-rtp", type]).output();
    return new TextDecoder().decode(stdout).split("\n")
      .map((line) => line.split(";"))
      .filter(([kind, , family]) => kind === "=" && family === "IPv4")
      .map(([, , , instance, , , host, address, port, text]) => ({
        instance: instance!,
        host: host!,
        address: address!,
        port: Number(port),
        entries: [...text!.matchAll(/"([^"]*)"/g)].map(([, entry]) => entry!).toSorted(),
      }));
  }

  /** Publishes a service until the returned function is called. */
  publish(name: string, type: string, port: number, entries: readonly string[]) {
    const child = this.#spawn("avahi-publish", ["-s", name, type, String(port), ...entries]);
    return async () => {
      child.kill("SIGTERM");
      await child.status;
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#processes.toReversed()) {
      try {
        child.kill("SIGTERM");
      } catch {
        // It has ended already.
      }
      await child.status;
    }
    await Deno.remove(this.#folder, { recursive: true });
  }

  get #busAddress(): string {
    return `unix:path=${this.#folder}/bus`;
  }

  #command(program: string, args: readonly string[]): Deno.Command {
    const [through, ...words] = this.#host.through;
    return new Deno.Command(through!, {
      args: [...words, program, ...args],
      env: { DBUS_SYSTEM_BUS_ADDRESS: this.#busAddress },
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    });
  }

  #spawn(program: string, args: readonly string[]): Deno.ChildProcess {
    const child = this.#command(program, args).spawn();
    void child.stdout.cancel();
    this.#processes.push(child);
    return child;
  }

  async #untilItAnswers(): Promise<void> {
    await eventually(
      "avahi-daemon answers",
      async () => (await this.#command("avahi-browse", ["-at"]).output()).success,
    );
  }
}

function busConfig(address: string): string {
  return `<busconfig>
  <listen>${address}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
    <allow own="*"/>
    <allow user="*"/>
  </policy>
</busconfig>
`;
}
