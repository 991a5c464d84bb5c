/** Reading documents, so that tests can hold them to their word. */

/** The text of a document, by its path below the root of the repository. */
export async function readDoc(path: string): Promise<string> {
  return await Deno.readTextFile(`${import.meta.dirname}/../../${path}`);
}

/** The paths of all documents below the root of the repository. */
export async function documentPaths(): Promise<string[]> {
  const paths = ["README.md", "CHANGELOG.md"];
  for (const folder of ["docs", "docs/decisions"]) {
    for await (const { name } of Deno.readDir(`${import.meta.dirname}/../../${folder}`)) {
      if (name.endsWith(".md")) paths.push(`${folder}/${name}`);
    }
  }
  return paths.sort();
}

/** The content of the fenced block whose fence reads "text" and `name`, without its last line break. */
export function block(doc: string, name: string): string {
  const opening = `\n\`\`\`text ${name}\n`;
  const start = doc.indexOf(opening);
  if (start === -1) throw new Error(`The document has no block called ${name}`);
  const content = doc.slice(start + opening.length);
  return content.slice(0, content.indexOf("\n```"));
}

/** The cells of the rows of every table whose first column is titled `title`. */
export function tableRows(doc: string, title: string): string[][] {
  const rows: string[][] = [];
  let isInside = false;
  for (const line of doc.split("\n")) {
    const cells = line.split("|").slice(1, -1).map((cell) => cell.trim());
    if (cells.length === 0) isInside = false;
    else if (isInside && !/^[-:]+$/.test(cells[0]!)) rows.push(cells);
    else if (cells[0] === title) isInside = true;
  }
  return rows;
}

/** What stands between backticks within a text. */
export function codeSpans(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, span = ""]) => span);
}

/** Everything in a document that is code: its fenced blocks, and what stands between backticks. */
export function codeIn(doc: string): string[] {
  const fence = /\n```[^\n]*\n(.*?)\n```/gs;
  const blocks = [...doc.matchAll(fence)].map(([, code = ""]) => code);
  return [...blocks, ...codeSpans(doc.replaceAll(fence, ""))];
}
