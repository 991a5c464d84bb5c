/** What a listener grants to strangers, so that none of them can starve the others. */

/** Limits of a listener. */
export interface ListenerLimits {
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
  /**
   * From the connection to the end of the first head, from a later head's first byte to its end, and
   * from there to the end of the answer to a caller who is not known.
   */
  readonly headersTimeoutMs: number;
  /** From when the caller of a request is known to the end of its answer. */
  readonly requestTimeoutMs: number;
  /** Between two requests. */
  readonly idleTimeoutMs: number;
  readonly maxHeaderBytes: number;
  /** The largest body any route takes; routes ask for less. */
  readonly maxBodyBytes: number;
}

/** The limits of a device's sync port. */
export const DEFAULT_LIMITS: ListenerLimits = {
  maxConnections: 256,
  maxConnectionsPerAddress: 64,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 120_000,
  idleTimeoutMs: 60_000,
  maxHeaderBytes: 16_384,
  maxBodyBytes: 8 * 1024 * 1024,
};
