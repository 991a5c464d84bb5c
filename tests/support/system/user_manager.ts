/**
 * A systemd user manager of a test's own, with a home and a runtime folder of its own.
 *
 * It runs in a mount namespace in which the machine looks as if systemd had started it, and in a
 * control group that goes with it. That takes root, as CI is.
 */
import { eventually } from "../eventually.ts";
import { hasProgram } from "./has_program.ts";

const SCRIPT = `
  set -e
  mount -t tmpfs tmpfs /run
  mkdir -p /run/systemd/system
  mount -t cgroup2 cgroup2 /sys/fs/cgroup
  group=/sys/fs/cgroup/codemem-test-$$
  mkdir "$group"
  echo $$ > "$group/cgroup.procs"
  /usr/lib/systemd/systemd --user --log-target=null || true
  echo $$ > /sys/fs/cgroup/cgroup.procs
  find "$group" -depth -type d -exec rmdir {} +
`;

/** Whether one can be started here. */
export async function canRunUserManager(): Promise<boolean> {
  if (!await hasProgram("systemctl") || !await hasProgram("unshare")) return false;
  const tried = new Deno.Command("unshare", {
    args: ["--mount", "mount", "-t", "cgroup2", "cgroup2", "/sys/fs/cgroup"],
    stdout: "null",
    stderr: "null",
  });
  return (await tried.output()).success;
}

/** It, until the end of the test. */
export class UserManager implements AsyncDisposable {
  readonly folder: string;
  readonly #child: Deno.ChildProcess;

  private constructor(folder: string) {
    this.folder = folder;
    Deno.mkdirSync(this.env.HOME!);
    Deno.mkdirSync(this.env.XDG_RUNTIME_DIR!, { mode: 0o700 });
    this.#child = new Deno.Command("unshare", {
      args: ["--mount", "--fork", "--kill-child", "sh", "-c", SCRIPT],
      clearEnv: true,
      env: { ...this.env, PATH: Deno.env.get("PATH")! },
      stdin: "null",
      stdout: "null",
      stderr: "inherit",
    }).spawn();
  }

  /** Starts one; it is ready when it answers. */
  static async start(): Promise<UserManager> {
    const manager = new UserManager(await Deno.makeTempDir({ prefix: "codemem-systemd-" }));
    await eventually(
      "the user manager answers",
      async () => (await manager.systemctl("show", "--property=Version")).success,
    );
    return manager;
  }

  /** What leads a program to it. */
  get env(): Readonly<Record<string, string>> {
    return { HOME: `${this.folder}/home`, XDG_RUNTIME_DIR: `${this.folder}/run` };
  }

  /** The folder of its units. */
  get units(): string {
    return `${this.folder}/home/.config/systemd/user`;
  }

  /** A property of a unit. */
  async property(unit: string, name: string): Promise<string> {
    const { stdout } = await this.systemctl("show", unit, `--property=${name}`, "--value");
    return stdout.trim();
  }

  async systemctl(...args: string[]): Promise<{ success: boolean; stdout: string }> {
    const { success, stdout } = await new Deno.Command("systemctl", {
      args: ["--user", ...args],
      env: this.env,
      stderr: "null",
    }).output();
    return { success, stdout: new TextDecoder().decode(stdout) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.systemctl("exit");
    await this.#child.status;
    await Deno.remove(this.folder, { recursive: true });
  }
}
