/** What a running device says of how it can be reached. */

/** One address that should be listened on for other devices. */
export interface ListenerFact {
  readonly address: string;
  readonly port: number;
  readonly listening: boolean;
  /** Why it is not, in words; null where it is, or where nothing has been tried. */
  readonly error: string | null;
}

/** Whether devices are looked for on the local network. */
export interface DiscoveryFact {
  /** Whether it is wanted. */
  readonly enabled: boolean;
  /** Whether it works, at least on one interface. */
  readonly active: boolean;
  /** Why it does not, or not everywhere, in words. */
  readonly error: string | null;
}

/** The last thing that went wrong in a running device, and did not end it. */
export interface FaultFact {
  readonly message: string;
  /** Canonical timestamp. */
  readonly at: string;
}
