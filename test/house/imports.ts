/** What a source imports, by whatever means. */
import { posix } from "node:path";
import ts from "typescript";
import { placeOf, type Source, walk } from "./sources.ts";

/** One import of one module. */
export interface Import {
  /** Path from the root for a relative import, else the package or `node:` module. */
  readonly target: string;
  readonly relative: boolean;
  /** Nothing of it is left in the emitted JavaScript. */
  readonly typeOnly: boolean;
  /** Where it stands: `lib/base/check.ts:6`. */
  readonly place: string;
}

/** Imports, re-exports, `import()` of values and of types, in the order of the text. */
export function importsOf(source: Source): Import[] {
  const found: Import[] = [];
  walk(source.tree, (node) => {
    const specifier = specifierOf(node);
    if (specifier !== undefined && ts.isStringLiteral(specifier)) {
      found.push({
        ...targetOf(source.path, specifier.text),
        typeOnly: isTypeOnly(node),
        place: placeOf(source, node),
      });
    }
    return true;
  });
  return found;
}

function specifierOf(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
    return node.argument.literal;
  if (!ts.isCallExpression(node)) return undefined;
  const isImport = node.expression.kind === ts.SyntaxKind.ImportKeyword;
  return isImport || node.expression.getText() === "require" ? node.arguments[0] : undefined;
}

function isTypeOnly(node: ts.Node): boolean {
  if (ts.isImportTypeNode(node)) return true;
  if (ts.isExportDeclaration(node)) return node.isTypeOnly;
  if (!ts.isImportDeclaration(node)) return false;
  const clause = node.importClause;
  if (clause === undefined || clause.isTypeOnly) return clause !== undefined;
  const names = clause.namedBindings;
  if (clause.name !== undefined || names === undefined || !ts.isNamedImports(names)) return false;
  return names.elements.every((element) => element.isTypeOnly);
}

function targetOf(from: string, specifier: string): { target: string; relative: boolean } {
  if (!specifier.startsWith(".")) return { target: packageOf(specifier), relative: false };
  return { target: posix.join(posix.dirname(from), specifier), relative: true };
}

/** `arquero` for `arquero/dist/x.js`, `@a/b` for `@a/b/c`, `node:fs` for `fs/promises`. */
function packageOf(specifier: string): string {
  const parts = specifier.split("/");
  if (specifier.startsWith("@")) return parts.slice(0, 2).join("/");
  return parts[0] === "fs" ? "node:fs" : parts[0]!;
}
