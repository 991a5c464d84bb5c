/** Where the service of this device is. */
import { type ServicePlace, servicePlace } from "../../service/service_place.ts";
import type { CommandContext } from "../command.ts";

/** Where it is or would be; `undefined` where the system keeps none. */
export function ownServicePlace({ env, paths }: CommandContext): ServicePlace | undefined {
  return servicePlace({ os: Deno.build.os, env, home: paths.home });
}
