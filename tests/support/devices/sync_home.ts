/** Devices that sync, as their owners have them: a home each with ports of its own, and commands. */
import { DatabaseSync } from "node:sqlite";
import { fail } from "@std/assert";
import { type DaemonFacts, readFacts } from "../../../lib/daemon/facts.ts";
import { freePort } from "../system/free_port.ts";
import { type Ended, Home, type HomeOptions, type Running } from "./home.ts";

/** A home whose settings keep it on this machine. */
export class SyncHome extends Home {
  readonly name: string;
  readonly port: number;
  readonly viewerPort: number;

  private constructor(folder: string, name: string, options: HomeOptions) {
    super(folder, options);
    this.name = name;
    this.port = freePort();
    this.viewerPort = freePort();
  }

  /** Makes one that is called `name`, with sync enabled unless told otherwise. */
  static async named(
    name: string,
    options: HomeOptions & { readonly enable?: boolean } = {},
  ): Promise<SyncHome> {
    const folder = await Deno.makeTempDir({ prefix: `codemem-${name}-` });
    await using begun = new AsyncDisposableStack();
    const home = begun.use(new SyncHome(folder, name, options));
    await Deno.writeTextFile(home.path("config.json"), JSON.stringify(home.#config(), null, 2));
    if (options.enable !== false) await home.text("sync", "enable");
    begun.move();
    return home;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  get viewer(): string {
    return `http://127.0.0.1:${this.viewerPort}`;
  }

  /** Starts `serve`; it is ready when both of its listeners are. */
  async serve(...options: string[]): Promise<Running> {
    return await this.start(["serve", ...options], /Sync: listening|Sync: disabled|"listeners"/);
  }

  /** Invites another device, while `serve` runs. */
  async invite(...options: string[]): Promise<Invitation> {
    return await this.json<Invitation>("sync", "pair", ...options);
  }

  /** Accepts an invitation, however that ends. */
  async accept(payload: string, ...options: string[]): Promise<Ended> {
    return await this.run(["sync", "pair", "--accept", payload, ...options]);
  }

  /** Runs a line through a shell in which `codemem` is this program, as a person would paste it. */
  async shell(line: string): Promise<Ended> {
    const script = `v8=$4 main=$5; codemem() { "$0" run -A --quiet "$v8" "$main" "$@"; }\n${line}`;
    return await this.run([], { through: ["sh", "-c", script] });
  }

  /** What the running device has written down for commands: to look at often without a command. */
  async facts(): Promise<DaemonFacts | undefined> {
    return await readFacts({
      lock: this.path("daemon.lock"),
      daemonFacts: this.path("daemon.json"),
    });
  }

  /** Does something to the database that no command does. */
  sql(statement: string): void {
    const database = new DatabaseSync(this.path("codemem.db"));
    database.exec(statement);
    database.close();
  }

  /** Runs one pass with every peer and insists that all ends identical. */
  async syncOnce(): Promise<PassJson[]> {
    const { peers } = await this.json<{ peers: PassJson[] }>("sync", "once");
    for (const peer of peers) if (!peer.identical) fail(`not identical: ${JSON.stringify(peer)}`);
    return peers;
  }

  #config() {
    return {
      device_name: this.name,
      sync_bind: ["127.0.0.1"],
      sync_port: this.port,
      sync_advertise: [this.address],
      sync_mdns: false,
      sync_interval_s: 3_600,
      viewer_port: this.viewerPort,
    };
  }
}

/** What `sync pair --json` says. */
export interface Invitation {
  readonly payload: string;
  readonly command: string;
  readonly expires_at: string;
}

/** What `sync once --json` says of each peer. */
export interface PassJson {
  readonly name: string;
  readonly ok: boolean;
  readonly identical: boolean;
  readonly pulled: number;
  readonly pushed: number;
  readonly error: string | null;
}

/** Pairs two homes; `serve` must run on the inviting one. */
export async function pairHomes(inviter: SyncHome, acceptor: SyncHome): Promise<void> {
  const { payload } = await inviter.invite();
  const { code, stderr } = await acceptor.accept(payload);
  if (code !== 0) throw new Error(`pairing ended with ${code}: ${stderr}`);
}
