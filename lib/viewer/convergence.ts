/** What was missing at each peer since the device was started: in memory, for the charts of pages. */
import { type ConvergencePoint, withPoint } from "../model/convergence.ts";
import { peerReports } from "../sync/report/status_report.ts";
import type { DeviceEvent, RunningDevice } from "./running_device.ts";

/** What changes many times in a row is looked at this often. */
const LOOK_INTERVAL_MS = 1_000;
/** Nor so often that looking takes more than a hundredth of the time: nobody may be looking at a page. */
const LOOK_REST = 99;

/** What is watched of a device. */
type Watched = Pick<RunningDevice, "store" | "nowMs" | "subscribe">;

/** Options of {@link Convergence}. */
export interface ConvergenceOptions {
  /** The clock that tells how long a look takes, which nobody sets: the system's unless given. */
  readonly monotonicMs?: () => number;
}

/** Watches a device as long as it runs. */
export class Convergence {
  readonly #device: Watched;
  readonly #monotonicMs: () => number;
  #lines: ReadonlyMap<string, readonly ConvergencePoint[]> = new Map();
  /** While a pass is under way the store does not know yet what it brings. */
  readonly #passing = new Map<string, number>();
  #lookedAtMs = -Infinity;
  #restMs = LOOK_INTERVAL_MS;

  constructor(device: Watched, { monotonicMs = () => performance.now() }: ConvergenceOptions = {}) {
    this.#device = device;
    this.#monotonicMs = monotonicMs;
    device.subscribe((event) => this.#follow(event));
  }

  /** By peer_device_id, oldest point first; up to now. */
  lines(): Readonly<Record<string, readonly ConvergencePoint[]>> {
    this.#look();
    return Object.fromEntries(this.#lines);
  }

  #follow(event: DeviceEvent): void {
    if (event.type === "progress") this.#followPass(event);
    if (event.type === "synced") this.#passing.delete(event.peerDeviceId);
    const sinceMs = this.#device.nowMs() - this.#lookedAtMs;
    if (event.type === "synced" || sinceMs >= this.#restMs || sinceMs < 0) this.#look();
  }

  #followPass({ peerDeviceId, progress }: Extract<DeviceEvent, { type: "progress" }>): void {
    const { phase, ops, total } = progress;
    if (phase === "pull" && total !== null) {
      this.#passing.set(peerDeviceId, Math.max(0, total - ops));
    }
  }

  #look(): void {
    const beganMs = this.#monotonicMs();
    const atMs = this.#device.nowMs();
    this.#lookedAtMs = atMs;
    const lines = new Map<string, readonly ConvergencePoint[]>();
    for (const { deviceId, lastSyncAt, behind: known, ahead } of peerReports(this.#device.store)) {
      const line = this.#lines.get(deviceId) ?? [];
      const behind = this.#passing.get(deviceId) ?? known;
      // Of a peer that was never compared with it is not known what is missing.
      const isKnown = lastSyncAt !== null || behind > 0;
      lines.set(deviceId, isKnown ? withPoint(line, { atMs, behind, ahead }) : line);
    }
    // A peer that was removed has taken its line along.
    this.#lines = lines;
    this.#restMs = Math.max(LOOK_INTERVAL_MS, LOOK_REST * (this.#monotonicMs() - beganMs));
  }
}
