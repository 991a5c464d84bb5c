/** What was missing at each peer since the device was started: in memory, for the charts of pages. */
import { type ConvergencePoint, withPoint } from "../model/convergence.ts";
import { peerReports } from "../sync/report/status_report.ts";
import type { DeviceEvent, RunningDevice } from "./running_device.ts";

/** The store is looked at no more often, however many events there are. */
const LOOK_INTERVAL_MS = 1_000;
/** After a look, a pause of so many times as long: it takes a hundredth of the time at most. */
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
  /** What passes under way have yet to bring, by peer: the store does not know of it. */
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
      // What is missing at a peer is unknown before the first pass with it.
      const isKnown = lastSyncAt !== null || behind > 0;
      lines.set(deviceId, isKnown ? withPoint(line, { atMs, behind, ahead }) : line);
    }
    // The lines of removed peers are dropped.
    this.#lines = lines;
    this.#restMs = Math.max(LOOK_INTERVAL_MS, LOOK_REST * (this.#monotonicMs() - beganMs));
  }
}
