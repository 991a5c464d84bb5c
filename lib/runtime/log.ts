/** The daemon's log: JSON lines in a file that is rotated. Never holds memory text, keys or tokens. */
import { join } from "node:path";
import { configure, dispose, getLogger, jsonLinesFormatter } from "@logtape/logtape";
import { getRotatingFileSink } from "@logtape/file";
import type { Settings } from "../config/schema.ts";

/** One file of the log is at most this large, and this many older ones are kept. */
const MAX_FILE_BYTES = 1024 * 1024;
const OLD_FILES = 3;

/** Facts that go with a line. */
export type LogFacts = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Writes lines of the log. */
export interface Log {
  debug(message: string, facts: LogFacts): void;
  info(message: string, facts: LogFacts): void;
  error(message: string, facts: LogFacts): void;
  /** Writes out what is still in memory. */
  close(): Promise<void>;
}

/** Opens the log in a folder, which is made where it is missing. */
export async function openLog(folder: string, level: Settings["logLevel"]): Promise<Log> {
  await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  await configure({
    reset: true,
    sinks: {
      file: getRotatingFileSink(join(folder, "codemem.log"), {
        formatter: jsonLinesFormatter,
        maxSize: MAX_FILE_BYTES,
        maxFiles: OLD_FILES,
        bufferSize: 0,
      }),
    },
    loggers: [
      { category: "codemem", lowestLevel: level, sinks: ["file"] },
      { category: ["logtape", "meta"], lowestLevel: "error", sinks: ["file"] },
    ],
  });
  const logger = getLogger("codemem");
  return {
    debug: (message, facts) => logger.debug(message, facts),
    info: (message, facts) => logger.info(message, facts),
    error: (message, facts) => logger.error(message, facts),
    close: dispose,
  };
}
