/** An op as it stands in a log: everything but its payload is small, and the payload is JSON already. */
export interface LoggedOp {
  readonly opId: string;
  readonly entityType: string;
  readonly entityId: string;
  readonly opType: string;
  /** Canonical JSON; null for a delete. */
  readonly payload: string | null;
  readonly rev: number;
  readonly updatedAt: string;
  /** The device that wrote the version. */
  readonly clockDeviceId: string;
  /** The device that logged the op first. */
  readonly deviceId: string;
  readonly createdAt: string;
}
