import ts from "typescript";
import { expect, test } from "vitest";
import { allSources, placeOf, type Source, sourceOf } from "./sources.ts";

/** Exported declarations without a doc comment; of overloads, one must have it. */
function undocumentedIn(sources: readonly Source[]): string[] {
  return sources.flatMap((source) => {
    const listed = exportListOf(source.tree);
    const missing = new Map<string, string>();
    const documented = new Set<string>();
    for (const statement of source.tree.statements) {
      const names = namesOf(statement);
      if (!isExported(statement) && !names.some((name) => listed.has(name))) continue;
      const place = placeOf(source, statement);
      for (const name of names) {
        if (hasDocComment(statement)) documented.add(name);
        else if (!missing.has(name)) missing.set(name, `${place}: ${name}`);
      }
    }
    return Array.from(missing).flatMap(([name, finding]) =>
      documented.has(name) ? [] : [finding],
    );
  });
}

/** Names in `export { a, b as c };`, as they are called inside the file. */
function exportListOf(tree: ts.SourceFile): Set<string> {
  const names = tree.statements.flatMap((statement) => {
    if (!ts.isExportDeclaration(statement) || statement.moduleSpecifier !== undefined) return [];
    const clause = statement.exportClause;
    if (clause === undefined || !ts.isNamedExports(clause)) return [];
    return clause.elements.map((element) => (element.propertyName ?? element.name).text);
  });
  return new Set(names);
}

function namesOf(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map((declaration) => declaration.name.getText());
  }
  if (ts.isExportAssignment(statement)) return ["default"];
  const isDeclaration =
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement);
  return isDeclaration ? [statement.name?.text ?? "default"] : [];
}

function isExported(statement: ts.Statement): boolean {
  if (ts.isExportAssignment(statement)) return true;
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

function hasDocComment(statement: ts.Statement): boolean {
  return ts
    .getJSDocCommentsAndTags(statement)
    .some((node) => ts.isJSDoc(node) && (ts.getTextOfJSDocComment(node.comment) ?? "") !== "");
}

test("every exported name says what it is", () => {
  expect(undocumentedIn(allSources())).toEqual([]);
});

test("the rule sees exports without a comment, by keyword, by list and by default", () => {
  const planted = sourceOf(
    "lib/mm/a.ts",
    [
      "/** Documented. */",
      "export const a = 1;",
      "export const b = 1;",
      "// not a doc comment",
      "export function c(): void {}",
      "/** */",
      "export interface D {}",
      "type E = 1;",
      "function hidden(): void {}",
      "export type { E };",
      "/** One overload says it. */",
      "export function f(x: 1): void;",
      "export function f(x: 2): void;",
      "export default 3;",
    ].join("\n"),
  );
  expect(undocumentedIn([planted])).toEqual([
    "lib/mm/a.ts:3: b",
    "lib/mm/a.ts:5: c",
    "lib/mm/a.ts:7: D",
    "lib/mm/a.ts:8: E",
    "lib/mm/a.ts:14: default",
  ]);
});
