import ts from "typescript";
import { expect, test } from "vitest";
import { allSources, type Source, sourceOf, walk } from "./sources.ts";

/** Lines with `any` in the declarations a file exports; callbacks of tables are excepted. */
function exportedAnysIn(sources: readonly Source[]): string[] {
  return sources
    .filter(({ path }) => !path.startsWith("lib/tables/"))
    .flatMap(({ path, text }) => anysIn(path, declarationsOf(path, text)));
}

/** What `isolatedDeclarations` makes of one file on its own: exactly its exported signatures. */
function declarationsOf(path: string, text: string): string {
  const compilerOptions = { target: ts.ScriptTarget.ES2022, removeComments: true };
  return ts.transpileDeclaration(text, { fileName: path, compilerOptions }).outputText;
}

function anysIn(path: string, declarations: string): string[] {
  const { tree } = sourceOf(path, declarations);
  const found: string[] = [];
  walk(tree, (node) => {
    if (node.kind !== ts.SyntaxKind.AnyKeyword) return true;
    const { line } = tree.getLineAndCharacterOfPosition(node.getStart(tree));
    found.push(`${path}: ${declarations.split("\n")[line]?.trim()}`);
    return false;
  });
  return found;
}

test("no exported signature says any", () => {
  expect(exportedAnysIn(allSources())).toEqual([]);
});

test("the rule sees any in signatures, not in bodies, private members, or names", () => {
  const text = [
    "export function read(value: any): void {}",
    "export interface Row { anything: string; cells: Map<string, any>; }",
    "export function check(): boolean { const inner: any = 1; return inner; }",
    "function hidden(value: any): void {}",
    "export class C { private x: any = hidden; }",
  ].join("\n");
  expect(
    exportedAnysIn([sourceOf("lib/mm/a.ts", text), sourceOf("lib/tables/b.ts", text)]),
  ).toEqual([
    "lib/mm/a.ts: export declare function read(value: any): void;",
    "lib/mm/a.ts: cells: Map<string, any>;",
  ]);
});
