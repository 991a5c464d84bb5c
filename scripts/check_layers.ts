/** Holds every import of the program to the table of docs/architecture.md. Exits with 1 if one breaks it. */
import { dirname, normalize } from "node:path/posix";
import { type Import, importsOf } from "./imports.ts";
import { KEPT, type Layer, LAYERS } from "./layers.ts";

/** An import that the table does not allow. */
export interface Violation {
  /** From the root of the repository. */
  readonly file: string;
  readonly line: number;
  /** What was imported, and what would be allowed. */
  readonly problem: string;
}

/** The room a file belongs to; `undefined` for tests and scripts, which are held to nothing. */
export function roomOf(file: string): string | undefined {
  if (/_test\.tsx?$/.test(file)) return undefined;
  const match = /^(?:lib\/([^/]+?)(?:\.tsx?$|\/)|(ui)\/|(main)\.ts$)/.exec(file);
  return match?.[1] ?? match?.[2] ?? match?.[3];
}

/**
 * Checks the imports of one file.
 *
 * @param file its path from the root of the repository, with slashes
 * @param source its text
 */
export function checkFile(file: string, source: string): Violation[] {
  const room = roomOf(file);
  if (room === undefined) return [];
  const layer = LAYERS[room];
  if (layer === undefined) {
    return [{ file, line: 1, problem: `room "${room}" is not in scripts/layers.ts` }];
  }
  return importsOf(file, source).flatMap((each) => {
    const problem = findProblem(file, room, layer, each);
    return problem === undefined ? [] : [{ file, line: each.line, problem }];
  });
}

function findProblem(file: string, room: string, layer: Layer, each: Import): string | undefined {
  const { specifier, isTypeOnly } = each;
  if (specifier === undefined) return "an import must be written as a literal";
  if (specifier.startsWith(".")) {
    return checkRoom(room, layer, normalize(`${dirname(file)}/${specifier}`), isTypeOnly);
  }
  return specifier.startsWith("node:")
    ? checkNode(room, layer, specifier, isTypeOnly)
    : checkPackage(room, layer, specifier);
}

function checkRoom(
  room: string,
  layer: Layer,
  target: string,
  isTypeOnly: boolean,
): string | undefined {
  // From source, what compiling would have made is made by the scripts.
  const other = roomOf(target) ?? (target.startsWith("scripts/") ? "scripts" : undefined);
  if (other === room || target === "deno.json") return undefined;
  if (other === undefined) return `${room} must not import ${target}: it is not part of a room`;
  if (layer.rooms.includes(other)) return undefined;
  if (layer.types.includes(other)) {
    return isTypeOnly ? undefined : `${room} may import only types of ${other}: ${target}`;
  }
  if (other === "errors") return undefined;
  const rooms = ["errors", ...layer.rooms, ...layer.types.map((name) => `types of ${name}`)];
  return `${room} must not import ${other} (${target}): allowed are ${rooms.join(", ")}`;
}

function checkNode(
  room: string,
  layer: Layer,
  specifier: string,
  isTypeOnly: boolean,
): string | undefined {
  if (layer.node !== "any") {
    if (layer.node.includes(specifier)) return undefined;
    return `${room} must not import ${specifier}: allowed are ${list(layer.node)}`;
  }
  const keepers = Object.hasOwn(KEPT, specifier) ? KEPT[specifier] : undefined;
  if (isTypeOnly || keepers === undefined || keepers.includes(room)) return undefined;
  return `${room} must not import ${specifier}: it belongs to ${list(keepers)}`;
}

function checkPackage(room: string, layer: Layer, specifier: string): string | undefined {
  const isAllowed = layer.packages.some((name) =>
    specifier === name || specifier.startsWith(`${name}/`)
  );
  if (isAllowed) return undefined;
  return `${room} must not import ${specifier}: allowed are ${list(layer.packages)}`;
}

function list(names: readonly string[]): string {
  return names.length === 0 ? "none" : names.join(", ");
}

async function* sourcesUnder(root: string, folder: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(`${root}/${folder}`)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) yield* sourcesUnder(root, path);
    else if (/(?<!\.d)\.tsx?$/.test(entry.name)) yield path;
  }
}

/** Checks every file of the repository at `root`. */
export async function checkRepository(root: string): Promise<Violation[]> {
  const files: string[] = [];
  for await (const { name } of Deno.readDir(root)) {
    if (name === "main.ts") files.push(name);
    if (name !== "lib" && name !== "ui") continue;
    for await (const file of sourcesUnder(root, name)) files.push(file);
  }
  const violations: Violation[] = [];
  for (const file of files.sort()) {
    violations.push(...checkFile(file, await Deno.readTextFile(`${root}/${file}`)));
  }
  return violations;
}

if (import.meta.main) {
  const violations = await checkRepository(dirname(import.meta.dirname!));
  for (const { file, line, problem } of violations) console.error(`${file}:${line}: ${problem}`);
  Deno.exit(violations.length === 0 ? 0 : 1);
}
