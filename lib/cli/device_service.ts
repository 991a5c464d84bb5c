/** The service of this device, as commands ask for it. */
import { runProgram } from "../service/run_program.ts";
import type { Service, ServicePlace } from "../service/service.ts";
import { isInstalled, serviceAt, servicePlace } from "../service/which_service.ts";
import type { CommandContext } from "./command.ts";

/** Where the service of this device would be; `undefined` where the system keeps none. */
export function ownServicePlace({ env, paths }: CommandContext): ServicePlace | undefined {
  return servicePlace({ os: Deno.build.os, env, home: paths.home });
}

/** The service at a place. */
export function openService(place: ServicePlace): Service {
  return serviceAt(place, Deno.uid() ?? 0, runProgram);
}

/** The service of this device where one is installed. */
export function installedService(context: CommandContext): Service | undefined {
  const place = ownServicePlace(context);
  return place !== undefined && isInstalled(place) ? openService(place) : undefined;
}
