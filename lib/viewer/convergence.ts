/** What was missing at each peer since the device was started: in memory, for the charts of pages. */
import { type ConvergencePoint, withPoint } from "../model/convergence.ts";
import { peerReports } from "../sync/status_report.ts";
import type { DeviceEvent, RunningDevice } from "./running_device.ts";

/** What changes many times in a row is looked at this often. */
const LOOK_INTERVAL_MS = 1_000;

/** Watches a device as long as it runs. */
export class Convergence {
  readonly #device: RunningDevice;
  #lines: ReadonlyMap<string, readonly ConvergencePoint[]> = new Map();
  #lookedAtMs = -Infinity;

  constructor(device: RunningDevice) {
    this.#device = device;
    device.subscribe((event) => this.#follow(event));
  }

  /** By peer_device_id, oldest point first; up to now. */
  lines(): Readonly<Record<string, readonly ConvergencePoint[]>> {
    this.#look();
    return Object.fromEntries(this.#lines);
  }

  #follow(event: DeviceEvent): void {
    if (event.type === "progress") return this.#followPass(event);
    const sinceMs = this.#device.nowMs() - this.#lookedAtMs;
    if (event.type !== "changed" || sinceMs >= LOOK_INTERVAL_MS || sinceMs < 0) this.#look();
  }

  /** While a pass is under way the store does not know yet what it brings. */
  #followPass({ peerDeviceId, progress }: Extract<DeviceEvent, { type: "progress" }>): void {
    const { phase, ops, total } = progress;
    const line = this.#lines.get(peerDeviceId);
    if (phase !== "pull" || total === null || line === undefined) return;
    const { ahead } = line.at(-1)!;
    const behind = Math.max(0, total - ops);
    const point = { atMs: this.#device.nowMs(), behind, ahead };
    this.#lines = new Map([...this.#lines, [peerDeviceId, withPoint(line, point)]]);
  }

  #look(): void {
    const atMs = this.#device.nowMs();
    this.#lookedAtMs = atMs;
    // A peer that was removed takes its line along.
    this.#lines = new Map(
      peerReports(this.#device.store).map(({ deviceId, behind, ahead }) => [
        deviceId,
        withPoint(this.#lines.get(deviceId) ?? [], { atMs, behind, ahead }),
      ]),
    );
  }
}
