/** How the service of this device stands, told without asking the system: status must not wait. */
import { isEnabled, isInstalled, type ServicePlace } from "../../service/service_place.ts";
import type { ServiceReport } from "../../sync/report/status_report.ts";

/**
 * Reports from files alone.
 *
 * @param daemon the daemon that runs, where one does: it says itself whether it is the service
 */
export function serviceReport(
  place: ServicePlace | undefined,
  daemon: { readonly asService: boolean } | undefined,
): ServiceReport {
  if (place === undefined) return { kind: null, installed: false, enabled: false, active: false };
  const installed = isInstalled(place);
  return {
    kind: place.kind,
    installed,
    enabled: installed && isEnabled(place),
    active: installed && (daemon?.asService ?? false),
  };
}
