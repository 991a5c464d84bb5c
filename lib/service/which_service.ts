/** The service of a place, in the hands of what keeps it there. */
import { CodememError } from "../errors.ts";
import { LaunchdService } from "./launchd.ts";
import type { RunProgram } from "./run_program.ts";
import type { Service } from "./service.ts";
import type { ServicePlace } from "./service_place.ts";
import { SystemdService } from "./systemd.ts";

/**
 * The service of a place.
 *
 * @param uid the user who runs this process
 */
export function serviceAt(place: ServicePlace, uid: number, run: RunProgram): Service {
  return place.kind === "systemd"
    ? new SystemdService(place, run)
    : new LaunchdService(place, uid, run);
}

/** @throws no_service_manager where {@link servicePlace} knows none */
export function requirePlace(place: ServicePlace | undefined): ServicePlace {
  if (place !== undefined) return place;
  throw new CodememError("no_service_manager", "This system keeps no services that codemem knows", {
    hint: "`codemem sync start` runs it in the background without one",
  });
}
