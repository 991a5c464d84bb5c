/** Another process that holds the write lock of a database. */
import { assertEquals } from "@std/assert";

const HOLD = `
  const { DatabaseSync } = await import("node:sqlite");
  const database = new DatabaseSync(Deno.args[0]);
  database.exec("BEGIN IMMEDIATE");
  console.log("held");
  const holdMs = Number(Deno.args[1]);
  await new Promise((resolve) => setTimeout(resolve, holdMs));
  database.exec("COMMIT");
  database.close();
`;

/** The process, which holds the lock from the start. */
export interface DatabaseHolder extends AsyncDisposable {
  /** Comes when it has let go by itself. */
  readonly ended: Promise<unknown>;
}

/** Starts it; it holds the lock for so long at most, and until it is disposed of. */
export async function holdDatabase(path: string, holdMs = 60_000): Promise<DatabaseHolder> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-check", HOLD, path, String(holdMs)],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  assertEquals(new TextDecoder().decode(value), "held\n");
  await reader.cancel();
  let hasEnded = false;
  const ended = child.status.then(() => hasEnded = true);
  return {
    ended,
    async [Symbol.asyncDispose]() {
      // The lock dies with its holder.
      if (!hasEnded) child.kill("SIGKILL");
      await ended;
    },
  };
}
