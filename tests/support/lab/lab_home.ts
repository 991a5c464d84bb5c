/** Devices on hosts of a lab: each with the settings that a fresh device has, and with sync enabled. */
import { openStore, type Store } from "../../../lib/store/store.ts";
import { eventually } from "../eventually.ts";
import { Home, type Running } from "../devices/home.ts";
import type { LabHost } from "./lab_host.ts";

/** What `sync status --json` says, as far as these tests ask. */
export interface StatusJson {
  readonly device_id: string;
  readonly digest: string;
  readonly mdns: {
    readonly enabled: boolean;
    readonly active: boolean;
    readonly error: string | null;
  };
  readonly last_error: string | null;
  readonly peers: readonly {
    readonly name: string;
    readonly state: string;
    readonly addresses: readonly string[];
    readonly last_good_address: string | null;
    readonly last_error: string | null;
  }[];
}

/** A home on a host, called like the host. */
export class LabHome extends Home {
  readonly name: string;
  readonly host: LabHost;
  #store: Store | undefined;

  private constructor(folder: string, host: LabHost) {
    super(folder, { through: host.through });
    this.name = host.name;
    this.host = host;
  }

  /** Makes one. @param settings beside those that a fresh device has */
  static async on(
    host: LabHost,
    settings: Readonly<Record<string, unknown>> = {},
  ): Promise<LabHome> {
    const folder = await Deno.makeTempDir({ prefix: `codemem-${host.name}-` });
    const home = new LabHome(folder, host);
    const config = { device_name: host.name, sync_interval_s: 3_600, ...settings };
    await Deno.writeTextFile(home.path("config.json"), JSON.stringify(config));
    await home.text("sync", "enable");
    return home;
  }

  /** Starts `serve`; it is ready when it listens for other devices. */
  async serve(): Promise<Running> {
    return await this.start(["serve"], /Sync: listening/);
  }

  /** Waits until the device, which serves, listens and speaks on the local network. */
  async discoverable(): Promise<void> {
    const isActive = async () => (await this.status()).mdns.active;
    await eventually(`mDNS of ${this.name} is active`, isActive);
  }

  async status(): Promise<StatusJson> {
    return await this.json<StatusJson>("sync", "status");
  }

  /** Writes a memory by a command, as agents do. @returns its id */
  async remember(text: string): Promise<string> {
    return (await this.json<{ id: string }>("remember", text)).id;
  }

  /** What the device keeps, looked at from the test's own process. */
  get store(): Store {
    return this.#store ??= openStore({ path: this.path("codemem.db") });
  }

  /**
   * Waits until a memory of another device is here.
   *
   * @returns the milliseconds it took
   */
  async receives(id: string, { withinMs }: { readonly withinMs: number }): Promise<number> {
    const startedMs = performance.now();
    const isHere = () => this.store.memories.find(id) !== undefined;
    await eventually(`${this.name} receives ${id}`, isHere, withinMs);
    return performance.now() - startedMs;
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    this.#store?.close();
    await super[Symbol.asyncDispose]();
  }
}

/** Waits until each of two devices has what the other one writes now. */
export async function meet(one: LabHome, other: LabHome): Promise<void> {
  const [ones, others] = await Promise.all([one, other].map((home) => home.remember("hello")));
  const withinMs = 15_000;
  await Promise.all([other.receives(ones!, { withinMs }), one.receives(others!, { withinMs })]);
}
