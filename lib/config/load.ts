/** Reads the settings file: JSON, or JSON with comments and trailing commas. */
import { CodememError } from "../errors.ts";
import { isJsonObject } from "../model/canonical_json.ts";
import type { Environment, Paths } from "./paths.ts";
import { type ResolvedSettings, resolveSettings } from "./resolve.ts";

/** A settings file as it is. */
export interface ConfigFile {
  /** Empty where there is no file. */
  readonly text: string;
  readonly members: Readonly<Record<string, unknown>>;
}

/**
 * Reads the settings file.
 *
 * @param path of the file; one that does not exist holds nothing
 * @throws {CodememError} `invalid_config` with line and column, `io_failed` where it cannot be read
 */
export async function loadConfigFile(path: string): Promise<ConfigFile> {
  const text = await readText(path);
  return { text, members: await parseConfig(text, path) };
}

/**
 * The settings that hold for this process.
 *
 * @param options.flags texts by the name of the setting
 * @throws {CodememError} `invalid_config`, `io_failed`
 */
export async function loadSettings(
  paths: Paths,
  env: Environment,
  options: { readonly flags?: Readonly<Record<string, string | undefined>> } = {},
): Promise<ResolvedSettings> {
  const { members } = await loadConfigFile(paths.config);
  const hostname = Deno.hostname();
  return resolveSettings({ ...options, env, file: members, filePath: paths.config, hostname });
}

/**
 * The members of a settings file.
 *
 * @param path of the file, for messages
 * @throws {CodememError} `invalid_config` with line and column
 */
export async function parseConfig(
  text: string,
  path: string,
): Promise<Readonly<Record<string, unknown>>> {
  if (text.trim() === "") return {};
  const value = parseJson(text) ?? await parseJsonc(text, path);
  if (isJsonObject(value)) return value;
  throw refusal(path, text, text.search(/\S/), "expected an object in braces");
}

/** `undefined` where it is not plain JSON: it may still have comments. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function parseJsonc(text: string, path: string): Promise<unknown> {
  const { parse, printParseErrorCode } = await import("jsonc-parser");
  const errors: { error: number; offset: number; length: number }[] = [];
  const value: unknown = parse(text, errors, { allowTrailingComma: true });
  const first = errors[0];
  if (first === undefined) return value;
  const words = printParseErrorCode(first.error).replace(/\B[A-Z]/g, (letter) => ` ${letter}`);
  throw refusal(path, text, first.offset, words.toLowerCase());
}

function refusal(path: string, text: string, offset: number, problem: string): CodememError {
  const before = text.slice(0, Math.max(offset, 0)).split("\n");
  const place = `${before.length}:${before.at(-1)!.length + 1}`;
  return new CodememError("invalid_config", `Cannot read ${path}:${place}: ${problem}`, {
    hint: `Correct the file at line ${before.length}, or move it away to start from the defaults`,
  });
}

async function readText(path: string): Promise<string> {
  try {
    return (await Deno.readTextFile(path)).replace(/^\uFEFF/, "");
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    const reason = error instanceof Deno.errors.PermissionDenied
      ? "permission denied"
      : "not a file";
    throw new CodememError("io_failed", `Cannot read ${path}: ${reason}`, {
      hint: `Make ${path} a file that you can read`,
      cause: error,
    });
  }
}
