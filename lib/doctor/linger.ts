/** Whether the service of a user outlives the user's logout. */
import { type Judgement, ok, skipped, warning } from "./finding.ts";

/** What is seen of the service. */
export interface LingerState {
  /** Whether codemem's unit is among the user's. */
  readonly hasUnit: boolean;
  /** Whether systemd keeps the user's services (loginctl(1), `enable-linger`). */
  readonly lingers: boolean;
}

/** Judges whether the service stays. */
export function judgeLinger({ hasUnit, lingers }: LingerState): Judgement {
  if (!hasUnit) return skipped("codemem is not installed as a service of systemd");
  if (lingers) return ok("the service stays when this user logs out");
  return warning(
    "the service ends when this user logs out",
    "Run `loginctl enable-linger`",
  );
}

/** Whose service it is. */
export interface LingerPlace {
  /** The file that describes the service of this device; `undefined` where there can be none. */
  readonly servicePath: string | undefined;
  readonly userName: string;
}

/** Looks for the unit, and for what `enable-linger` leaves. @param isThere whether a file is */
export async function seeLinger(
  { servicePath, userName }: LingerPlace,
  isThere: (path: string) => Promise<boolean>,
): Promise<LingerState> {
  const hasUnit = servicePath !== undefined && await isThere(servicePath);
  return { hasUnit, lingers: await isThere(`/var/lib/systemd/linger/${userName}`) };
}
