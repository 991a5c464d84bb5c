/** Memories as the API and the pages show them. */
import { memoryJson } from "../../model/memory_json.ts";
import { clip, SUMMARY_TITLE_LENGTH } from "../../model/excerpt.ts";
import type { Memory } from "../../model/memory.ts";
import type { Facets, MemorySummary } from "../../store/memories/feed.ts";
import type { HistoryEntry } from "../../store/memories/history.ts";
import type { RunningDevice } from "../running_device.ts";

/** The name of a device by its id; null where it is not known here. */
export type DeviceNames = (deviceId: string | null) => string | null;

/** This device and all it is or was paired with. */
export function deviceNames(device: RunningDevice): DeviceNames {
  const { store } = device;
  const known = new Map<string, string | null>();
  return (id) => {
    if (id === null) return null;
    if (!known.has(id)) {
      const isOwn = id === store.deviceId;
      known.set(id, isOwn ? device.deviceName() : store.peers.find(id)?.name ?? null);
    }
    return known.get(id)!;
  };
}

/** A memory in a list. */
export function summaryJson(summary: MemorySummary, names: DeviceNames) {
  return {
    id: summary.id,
    kind: summary.kind,
    title: summary.title,
    excerpt: summary.excerpt,
    tags: summary.tags,
    project: summary.project,
    active: summary.active,
    created_at: summary.createdAt,
    updated_at: summary.updatedAt,
    origin_device_id: summary.originDeviceId,
    origin_device_name: names(summary.originDeviceId),
  };
}

/** What there is to filter by. */
export function facetsJson(facets: Facets, names: DeviceNames) {
  return {
    total: facets.total,
    set_aside: facets.setAside,
    projects: facets.projects,
    kinds: facets.kinds,
    devices: facets.devices.map(({ name, count }) => ({
      device_id: name,
      device_name: names(name),
      count,
    })),
  };
}

/** A whole memory, with its versions and where it came from. */
export function memoryWithHistory(
  memory: Memory,
  history: readonly HistoryEntry[],
  names: DeviceNames,
) {
  const received = history.find((version) => version.receivedFrom !== null);
  const receivedFrom = received?.receivedFrom ?? null;
  return {
    memory: memoryJson(memory),
    origin_device_name: names(memory.originDeviceId),
    device_name: names(memory.clock.deviceId),
    received_from: receivedFrom,
    received_from_name: names(receivedFrom),
    history: history.map((entry) => versionJson(entry, names)),
  };
}

function versionJson(entry: HistoryEntry, names: DeviceNames) {
  const { clock, opType, title, superseded, receivedFrom } = entry;
  return {
    rev: clock.rev,
    updated_at: clock.updatedAt,
    device_id: clock.deviceId,
    device_name: names(clock.deviceId),
    op_type: opType,
    title: title === null ? null : clip(title, SUMMARY_TITLE_LENGTH),
    stands: !superseded,
    received_from: receivedFrom,
    received_from_name: names(receivedFrom),
  };
}
