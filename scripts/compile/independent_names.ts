/** How a file of a bundle names another one: both lie in one folder. */
const REFERENCE = /"\.\/([^"/]+\.js)"/g;
/** What the bundler appends to a name: a hash that depends on where the sources lie. */
const HASH = /-[0-9A-Z]{8}(?=\.js$)/;

/**
 * Gives the files of a bundle names without hashes, numbered where several would be called alike, in
 * the order in which they are referred to from the entry.
 *
 * @param files texts by name
 * @param entry the name of the file that starts the program, which it keeps
 * @throws {Error} where nothing refers to a file
 */
export function nameIndependently(
  files: ReadonlyMap<string, string>,
  entry: string,
): Map<string, string> {
  const names = new Map([[entry, entry]]);
  const taken = new Set([entry]);
  for (const old of names.keys()) {
    for (const [, referred = ""] of files.get(old)!.matchAll(REFERENCE)) {
      if (!files.has(referred) || names.has(referred)) continue;
      const name = freeName(referred.replace(HASH, ""), taken);
      names.set(referred, name);
      taken.add(name);
    }
  }
  const lost = [...files.keys()].filter((name) => !names.has(name));
  if (lost.length > 0) throw new Error(`Cannot name the bundle: nothing refers to ${lost}`);
  const rename = (text: string) =>
    text.replace(REFERENCE, (whole, name) => names.has(name) ? `"./${names.get(name)}"` : whole);
  return new Map([...names].map(([old, name]) => [name, rename(files.get(old)!)]));
}

function freeName(wanted: string, taken: ReadonlySet<string>): string {
  const stem = wanted.slice(0, -".js".length);
  for (let number = 1;; number++) {
    const name = number === 1 ? wanted : `${stem}_${number}.js`;
    if (!taken.has(name)) return name;
  }
}
