/** What a cell imports, and what tslab would have it export. */
import type ts from "typescript";
import { typescript } from "../compiler.ts";
import type { CellBindings } from "./bindings.ts";

/** Names of the values an import brings; types and const enums have none at run time. */
export function importedValues(
  { importClause: clause }: ts.ImportDeclaration,
  checker: ts.TypeChecker,
): string[] {
  if (clause === undefined || clause.isTypeOnly) return [];
  const value = typescript.SymbolFlags.Value & ~typescript.SymbolFlags.ConstEnum;
  return namesImported(clause)
    .filter((name) => {
      const symbol = checker.getSymbolAtLocation(name);
      return symbol !== undefined && (checker.getAliasedSymbol(symbol).flags & value) !== 0;
    })
    .map(({ text }) => text);
}

/**
 * tslab appends `export {…}` of all names. Those that are shared by assignment go: TypeScript would
 * export imports as getters, which no later cell could replace.
 */
export function exportsLeft(
  statement: ts.ExportDeclaration,
  checker: ts.TypeChecker,
  bindings: CellBindings,
): ts.Statement {
  const clause = statement.exportClause;
  if (clause === undefined || !typescript.isNamedExports(clause)) return statement;
  const left = clause.elements.filter((element) => {
    const symbol = checker.getExportSpecifierLocalTargetSymbol(element);
    const isImport = ((symbol?.flags ?? 0) & typescript.SymbolFlags.Alias) !== 0;
    return !isImport && !bindings.declares(symbol);
  });
  return typescript.factory.updateExportDeclaration(
    statement,
    statement.modifiers,
    statement.isTypeOnly,
    typescript.factory.updateNamedExports(clause, left),
    statement.moduleSpecifier,
    statement.attributes,
  );
}

function namesImported({ name, namedBindings }: ts.ImportClause): ts.Identifier[] {
  const names = name === undefined ? [] : [name];
  if (namedBindings === undefined) return names;
  if (typescript.isNamespaceImport(namedBindings)) return [...names, namedBindings.name];
  const elements = namedBindings.elements.filter(({ isTypeOnly }) => !isTypeOnly);
  return [...names, ...elements.map((element) => element.name)];
}
