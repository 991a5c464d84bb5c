/** A script in the place of a program of the system, and what it was given. */

/** What a program was called with. */
export interface StubCall {
  /** Its arguments, in one text. */
  readonly words: string;
  /** Its variables, in one text. */
  readonly environment: string;
  readonly stdin: string;
}

/**
 * Lines of `sh` that every stub begins with: they note the call, and leave what came in in `$dir/stdin`.
 * They start few programs, since whoever calls does not wait for long.
 */
const NOTE = `all="\${0%/*}/calls"
calls=1
while [ -d "$all/$calls" ] || { ! mkdir "$all/$calls" 2>/dev/null && [ -d "$all" ]; }; do
  calls=$((calls + 1))
done
dir="$all/$calls"
printf '%s ' "$@" > "$dir/words"
cat /proc/$$/cmdline >> "$dir/words"
cat /proc/$$/environ > "$dir/environment"
cat > "$dir/stdin"`;

/** A folder for the PATH in which the script stands. */
export class StubProgram implements AsyncDisposable {
  /** Where the script is. */
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** @param script lines of `sh`; `$dir/stdin` has what came in, `$calls` counts the calls with this one */
  static async make(name: string, script: string): Promise<StubProgram> {
    const folder = await Deno.makeTempDir({ prefix: "codemem-stub-" });
    await Deno.mkdir(`${folder}/calls`);
    await Deno.writeTextFile(`${folder}/${name}`, `#!/bin/sh\n${NOTE}\n${script}\n`, {
      mode: 0o755,
    });
    return new StubProgram(folder);
  }

  /** A PATH on which it comes first. */
  get path(): string {
    return `${this.folder}:${Deno.env.get("PATH")}`;
  }

  /** The calls so far, the first one first. */
  async calls(): Promise<StubCall[]> {
    const names = (await Array.fromAsync(Deno.readDir(`${this.folder}/calls`)))
      .map(({ name }) => name).sort((a, b) => Number(a) - Number(b));
    const read = (name: string, file: string) =>
      Deno.readTextFile(`${this.folder}/calls/${name}/${file}`);
    return await Promise.all(names.map(async (name) => ({
      words: (await read(name, "words")).replaceAll("\0", " "),
      environment: (await read(name, "environment")).replaceAll("\0", "\n"),
      stdin: await read(name, "stdin"),
    })));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.folder, { recursive: true });
  }
}
