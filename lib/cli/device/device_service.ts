/** The service of this device, as commands ask for it. */
import { runProgram } from "../../service/run_program.ts";
import type { Service } from "../../service/service.ts";
import { isInstalled, type ServicePlace } from "../../service/service_place.ts";
import { serviceAt } from "../../service/which_service.ts";
import type { CommandContext } from "../command.ts";
import { ownServicePlace } from "./own_service_place.ts";

/** The service at a place. */
export function openService(place: ServicePlace): Service {
  return serviceAt(place, Deno.uid() ?? 0, runProgram);
}

/** The service of this device where one is installed. */
export function installedService(context: CommandContext): Service | undefined {
  const place = ownServicePlace(context);
  return place !== undefined && isInstalled(place) ? openService(place) : undefined;
}
