/** Whether a user's services outlive the session: loginctl(1). systemd ends them at logout otherwise. */
import { CodememError } from "../errors.ts";
import type { RunProgram } from "./run_program.ts";

/** The command that makes them outlive it, for a person to run. */
export const LINGER_COMMAND = "loginctl enable-linger";

/** @returns `undefined` where it cannot be told, as without logind */
export async function lingers(uid: number, run: RunProgram): Promise<boolean | undefined> {
  const end = await run("loginctl", ["show-user", String(uid), "--property=Linger", "--value"]);
  if (end?.code !== 0) return undefined;
  return end.stdout === "yes";
}

/** Makes the services of the user outlive the session. @throws service_failed */
export async function enableLinger(run: RunProgram): Promise<void> {
  const [program = "", ...words] = LINGER_COMMAND.split(" ");
  const end = await run(program, words);
  if (end?.code === 0) return;
  const reason = end === undefined ? "there is no loginctl" : end.stderr.split("\n")[0];
  throw new CodememError("service_failed", `Cannot enable lingering: ${reason}`, {
    hint: `The service is installed all the same; try \`sudo ${LINGER_COMMAND} $USER\``,
  });
}
