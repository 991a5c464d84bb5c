/**
 * A desktop session of a test's own: a D-Bus, and a GNOME Keyring on it that is unlocked. It is the real
 * one, in a folder of its own.
 */
import { hasProgram } from "./has_program.ts";

/** Whether this machine has what a session takes. */
export const HAS_KEYRING = (await Promise.all(
  ["dbus-run-session", "gnome-keyring-daemon", "secret-tool"].map(hasProgram),
)).every(Boolean);

/** Ends as soon as its input does. */
const SCRIPT = `printf password | gnome-keyring-daemon --unlock --components=secrets >&2
echo "$DBUS_SESSION_BUS_ADDRESS"
cat > /dev/null`;

/** The session. */
export class Keyring implements AsyncDisposable {
  readonly #folder: string;
  readonly #session: Deno.ChildProcess;
  /** The variables by which programs find it. */
  readonly env: Readonly<Record<string, string>>;

  private constructor(folder: string, session: Deno.ChildProcess, address: string) {
    this.#folder = folder;
    this.#session = session;
    this.env = { ...sessionFolders(folder), DBUS_SESSION_BUS_ADDRESS: address };
  }

  static async start(): Promise<Keyring> {
    const folder = await Deno.makeTempDir({ prefix: "codemem-keyring-" });
    await Deno.mkdir(`${folder}/run`, { mode: 0o700 });
    const session = new Deno.Command("dbus-run-session", {
      args: ["--", "sh", "-c", SCRIPT],
      env: sessionFolders(folder),
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const reader = session.stdout.pipeThrough(new TextDecoderStream()).getReader();
    let address = "";
    while (!address.endsWith("\n")) {
      const { value, done } = await reader.read();
      if (done) throw new Error(`The session has ended: ${address}`);
      address += value;
    }
    return new Keyring(folder, session, address.trim());
  }

  /** Locks it: another keyring takes its place, to which nobody has given the password. */
  async lock(): Promise<void> {
    await this.#replace("", []);
  }

  /** Unlocks it by its password, as its owner does by logging in. */
  async unlock(): Promise<void> {
    await this.#replace("password", ["--unlock"]);
  }

  /** The secret of an account of codemem; undefined where there is none. */
  async secret(account: string): Promise<string | undefined> {
    const { success, stdout } = await new Deno.Command("secret-tool", {
      args: ["lookup", "service", "codemem-sync", "account", account],
      env: this.env,
      stderr: "null",
    }).output();
    return success ? new TextDecoder().decode(stdout) : undefined;
  }

  async #replace(password: string, words: readonly string[]): Promise<void> {
    const child = new Deno.Command("gnome-keyring-daemon", {
      args: ["--replace", "--components=secrets", ...words],
      env: this.env,
      stdin: "piped",
      stdout: "null",
      stderr: "null",
    }).spawn();
    await new Blob([password]).stream().pipeTo(child.stdin);
    if (!(await child.status).success) throw new Error("The keyring could not be replaced");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#session.stdin.close();
    await this.#session.status;
    await Deno.remove(this.#folder, { recursive: true });
  }
}

function sessionFolders(folder: string): Record<string, string> {
  return { HOME: folder, XDG_RUNTIME_DIR: `${folder}/run`, XDG_DATA_HOME: `${folder}/data` };
}
