/** One address that should be listened on for other devices. */
export interface ListenerFact {
  readonly address: string;
  readonly port: number;
  readonly listening: boolean;
  /** Why it is not, in words; null where it is, or where nothing has been tried. */
  readonly error: string | null;
}
