/** The daemon's log: JSON lines in a file that is rotated. Never holds memory text, keys or tokens. */
import { join } from "node:path";
import { configure, dispose, getLogger, jsonLinesFormatter, type Sink } from "@logtape/logtape";
import { getRotatingFileSink } from "@logtape/file";
import { makePrivateFolder } from "../files/private_folder.ts";
import { requireAppendable } from "../files/require_appendable.ts";
import type { Settings } from "../config/schema.ts";

/** One file of the log is at most this large, and this many older ones are kept. */
const MAX_FILE_BYTES = 1024 * 1024;
const OLD_FILES = 3;

/** Facts that go with a line. */
export type LogFacts = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** A line of the log, to be shown to a person. */
export interface LogLine {
  /** Milliseconds since 1970. */
  readonly atMs: number;
  readonly level: Settings["logLevel"];
  readonly message: string;
  readonly facts: LogFacts;
}

/** Options of {@link openLog}. */
export interface LogOptions {
  /** Less than this is not logged. */
  readonly level: Settings["logLevel"];
  /** Shows a line to a person who is looking, besides writing it. */
  readonly show?: ((line: LogLine) => void) | undefined;
}

/** Writes lines of the log. */
export interface Log {
  debug(message: string, facts: LogFacts): void;
  info(message: string, facts: LogFacts): void;
  error(message: string, facts: LogFacts): void;
  /** Writes out what is still in memory. */
  close(): Promise<void>;
}

/**
 * Opens the log in a folder, which is made where it is missing.
 *
 * @throws io_failed
 */
export async function openLog(folder: string, { level, show }: LogOptions): Promise<Log> {
  makePrivateFolder(folder);
  const path = join(folder, "codemem.log");
  requireAppendable(path);
  await configure({
    reset: true,
    sinks: {
      file: getRotatingFileSink(path, {
        formatter: jsonLinesFormatter,
        maxSize: MAX_FILE_BYTES,
        maxFiles: OLD_FILES,
        bufferSize: 0,
      }),
      person: show === undefined ? () => {} : showing(show),
    },
    loggers: [
      { category: "codemem", lowestLevel: level, sinks: ["file", "person"] },
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

function showing(show: (line: LogLine) => void): Sink {
  return ({ timestamp, level, message, properties }) =>
    show({
      atMs: timestamp,
      // The methods of Log use no other levels.
      level: level as LogLine["level"],
      message: message.join(""),
      facts: properties as LogFacts,
    });
}
