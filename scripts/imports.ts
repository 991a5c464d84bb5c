/** What a source file imports. */
import ts from "typescript";

/** One import of a source file, in whatever form it is written. */
export interface Import {
  /** As written; `undefined` where it is computed at run time. */
  readonly specifier: string | undefined;
  /** Whether nothing of it is left at run time. */
  readonly isTypeOnly: boolean;
  /** Counted from 1. */
  readonly line: number;
}

/**
 * Finds the imports of a TypeScript source: static, dynamic, re-exports and `import("…")` types.
 *
 * @param fileName decides between TypeScript and TSX
 * @param source the text of the file
 */
export function importsOf(fileName: string, source: string): Import[] {
  const file = ts.createSourceFile(fileName, source, ts.ScriptTarget.Latest, true);
  const imports: Import[] = [];
  const visit = (node: ts.Node): void => {
    const found = readImport(node);
    if (found !== undefined) {
      const { line } = file.getLineAndCharacterOfPosition(node.getStart());
      imports.push({ ...found, line: line + 1 });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return imports;
}

function readImport(node: ts.Node): Omit<Import, "line"> | undefined {
  if (ts.isImportDeclaration(node)) {
    return { specifier: textOf(node.moduleSpecifier), isTypeOnly: isTypeClause(node.importClause) };
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined) {
    return { specifier: textOf(node.moduleSpecifier), isTypeOnly: isTypeExport(node) };
  }
  if (ts.isImportTypeNode(node)) {
    const { argument } = node;
    const literal = ts.isLiteralTypeNode(argument) ? argument.literal : undefined;
    return { specifier: textOf(literal), isTypeOnly: true };
  }
  if (ts.isExternalModuleReference(node)) {
    return { specifier: textOf(node.expression), isTypeOnly: false };
  }
  const isCall = ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword;
  return isCall ? { specifier: textOf(node.arguments[0]), isTypeOnly: false } : undefined;
}

function textOf(node: ts.Node | undefined): string | undefined {
  return node !== undefined && ts.isStringLiteralLike(node) ? node.text : undefined;
}

function isTypeClause(clause: ts.ImportClause | undefined): boolean {
  if (clause === undefined) return false;
  if (clause.isTypeOnly) return true;
  const { name, namedBindings } = clause;
  return name === undefined && namedBindings !== undefined && ts.isNamedImports(namedBindings) &&
    areAllTypes(namedBindings.elements);
}

function isTypeExport(node: ts.ExportDeclaration): boolean {
  const { exportClause } = node;
  return node.isTypeOnly ||
    (exportClause !== undefined && ts.isNamedExports(exportClause) &&
      areAllTypes(exportClause.elements));
}

function areAllTypes(elements: readonly { readonly isTypeOnly: boolean }[]): boolean {
  return elements.length > 0 && elements.every((element) => element.isTypeOnly);
}
