import { assertEquals } from "@std/assert";
import { importsOf } from "./imports.ts";

const table: readonly (readonly [string, string | undefined, boolean])[] = [
  ['import { a } from "./a.ts";', "./a.ts", false],
  ['import a from "./a.ts";', "./a.ts", false],
  ['import * as a from "./a.ts";', "./a.ts", false],
  ['import "./a.ts";', "./a.ts", false],
  ['import {} from "./a.ts";', "./a.ts", false],
  ['import type { A } from "./a.ts";', "./a.ts", true],
  ['import { type A, type B } from "./a.ts";', "./a.ts", true],
  ['import { type A, b } from "./a.ts";', "./a.ts", false],
  ['import a, { type A } from "./a.ts";', "./a.ts", false],
  ['export * from "./a.ts";', "./a.ts", false],
  ['export { a } from "./a.ts";', "./a.ts", false],
  ['export type { A } from "./a.ts";', "./a.ts", true],
  ['export { type A } from "./a.ts";', "./a.ts", true],
  ['const a = await import("./a.ts");', "./a.ts", false],
  ["const a = await import(`./a.ts`);", "./a.ts", false],
  ["const a = await import(name);", undefined, false],
  ['let a: import("./a.ts").A;', "./a.ts", true],
  ['import a = require("./a.ts");', "./a.ts", false],
  ['import text from "./a.sql" with { type: "text" };', "./a.sql", false],
];

for (const [source, specifier, isTypeOnly] of table) {
  Deno.test(`finds the import in ${source}`, () => {
    assertEquals(importsOf("sample.ts", source), [{ specifier, isTypeOnly, line: 1 }]);
  });
}

Deno.test("comments, texts and templates hold no imports", () => {
  const source = [
    '// import "./a.ts";',
    '/* import "./a.ts"; */',
    "const text = 'import \"./a.ts\"';",
    'const template = `import "./a.ts"`;',
    'const pattern = /import "a"/;',
    "export const here = import.meta.url;",
  ].join("\n");
  assertEquals(importsOf("sample.ts", source), []);
});

Deno.test("an import names its line, also inside a template and after a comment", () => {
  const source = '/**\n * Why.\n */\nimport "./a.ts";\nconst b = `${await import("./b.ts")}`;';
  assertEquals(importsOf("sample.ts", source).map(({ line }) => line), [4, 5]);
});
