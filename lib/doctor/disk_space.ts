/** Whether there is room for the database to be written anew. */
import { statfsSync } from "node:fs";
import { failed, type Judgement, ok, warning } from "./finding.ts";

const MIB = 1_048_576;
const MIN_FREE_BYTES = 200 * MIB;

/**
 * Judges the free space. Forgetting writes the database anew beside itself, and the log of that takes
 * as much again.
 */
export function judgeDiskSpace(freeBytes: number, databaseBytes: number): Judgement {
  const neededBytes = Math.max(MIN_FREE_BYTES, 2 * databaseBytes);
  const free = `${inMib(freeBytes)} MB are free`;
  if (freeBytes >= neededBytes) return ok(free);
  const hint = `Free some space: ${inMib(neededBytes)} MB are needed to rewrite the database`;
  return freeBytes < MIB ? failed("the disk is full", hint) : warning(`only ${free}`, hint);
}

function inMib(bytes: number): number {
  return Math.floor(bytes / MIB);
}

/** How many bytes this user may still write below a folder. */
export function freeBytesIn(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
