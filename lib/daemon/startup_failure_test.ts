import { assertEquals, assertStringIncludes } from "@std/assert";
import { endOfFile, readEnd, readFailure } from "./startup_failure.ts";

const FAILURE = '{"error":"port_in_use","message":"Port 1 is in use","hint":"Free it"}';

Deno.test("a failure is read as it was told, and only what was told since", async () => {
  await using file = await TempFile.make();
  assertEquals(await endOfFile(file.path), 0);
  assertEquals(await readFailure(file.path, 0), undefined);
  await file.add(`codemem: Port 1 is in use\nhint: Free it\n${FAILURE}\n`);
  const { code, message, hint } = (await readFailure(file.path, 0))!;
  assertEquals([code, message, hint], ["port_in_use", "Port 1 is in use", "Free it"]);
  const from = await endOfFile(file.path);
  assertEquals(await readFailure(file.path, from), undefined);
  await file.add('{"error":"of a newer version","message":"x"}\n{"error":1}\nnull\n');
  assertEquals(await readFailure(file.path, from), undefined);
});

Deno.test("whoever ends without telling why is quoted", async () => {
  await using file = await TempFile.make();
  const silent = await readEnd(file.path, 0);
  assertEquals(silent.code, "internal");
  assertStringIncludes(silent.message, "without a word");
  await file.add("first\nfatal: out of memory\n\n");
  assertStringIncludes((await readEnd(file.path, 0)).message, ": fatal: out of memory");
  await file.add(`${FAILURE}\n`);
  assertEquals((await readEnd(file.path, 0)).code, "port_in_use");
});

class TempFile implements AsyncDisposable {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async make(): Promise<TempFile> {
    return new TempFile(await Deno.makeTempDir({ prefix: "codemem-stderr-" }));
  }

  get path(): string {
    return `${this.#folder}/serve.stderr`;
  }

  async add(text: string): Promise<void> {
    await Deno.writeTextFile(this.path, text, { append: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#folder, { recursive: true });
  }
}
