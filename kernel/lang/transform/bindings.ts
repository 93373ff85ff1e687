/** Which names of a cell live on `exports`: those it declares and those earlier cells have left. */
import path from "node:path";
import type ts from "typescript";
import { typescript } from "../compiler.ts";
import { declarationsFileName } from "../typescript.ts";

/** Answers whether an identifier stands for a value that cells share. */
export interface CellBindings {
  /** The cell itself declares this symbol at its top level, as a value that can be reassigned. */
  declares(symbol: ts.Symbol | undefined): boolean;
  /** The symbol is reached through `exports`, whichever cell has declared it. */
  shares(symbol: ts.Symbol | undefined): boolean;
  /** Names the cell declares with `var`; they exist, undefined, from its first line on. */
  readonly vars: readonly string[];
}

/** Collects the bindings of a cell. Enums and namespaces stay as TypeScript emits them. */
export function cellBindings(checker: ts.TypeChecker, cell: ts.SourceFile): CellBindings {
  const declared = new Set<ts.Symbol>();
  const vars: string[] = [];
  const add = (name: ts.Node | undefined): void => {
    const symbol = name === undefined ? undefined : checker.getSymbolAtLocation(name);
    if (symbol !== undefined) declared.add(symbol);
  };
  for (const statement of cell.statements) {
    if (isAmbient(statement)) continue;
    if (typescript.isVariableStatement(statement) && !isUsing(statement.declarationList)) {
      for (const name of namesOf(statement.declarationList)) add(name);
    } else if (typescript.isClassDeclaration(statement)) {
      add(statement.name);
    } else if (typescript.isFunctionDeclaration(statement) && statement.body !== undefined) {
      add(statement.name);
    }
  }
  for (const name of varNames(cell)) {
    add(name);
    vars.push(name.text);
  }
  const declares = (symbol: ts.Symbol | undefined): boolean =>
    symbol !== undefined && declared.has(symbol);
  return {
    declares,
    shares: (symbol) => declares(symbol) || isOfEarlierCell(symbol),
    vars,
  };
}

/** True for `let`, `const` and `var`, not for `using`, which ends with its cell. */
export function isUsing(list: ts.VariableDeclarationList): boolean {
  const kind = list.flags & typescript.NodeFlags.BlockScoped;
  return kind === typescript.NodeFlags.Using || kind === typescript.NodeFlags.AwaitUsing;
}

/** True for a `var` list. */
export function isVar(list: ts.VariableDeclarationList): boolean {
  return (list.flags & typescript.NodeFlags.BlockScoped) === 0;
}

/** True for `declare …`, which leaves no value. */
export function isAmbient(statement: ts.Statement): boolean {
  return (
    typescript.canHaveModifiers(statement) &&
    (typescript.getModifiers(statement) ?? []).some(
      ({ kind }) => kind === typescript.SyntaxKind.DeclareKeyword,
    )
  );
}

function isOfEarlierCell(symbol: ts.Symbol | undefined): boolean {
  return (symbol?.declarations ?? []).some(
    (declaration) =>
      path.posix.basename(declaration.getSourceFile().fileName) === declarationsFileName,
  );
}

function namesOf(list: ts.VariableDeclarationList): ts.Identifier[] {
  return list.declarations.flatMap(({ name }) => namesIn(name));
}

function namesIn(name: ts.BindingName): ts.Identifier[] {
  if (typescript.isIdentifier(name)) return [name];
  return name.elements.flatMap((element) =>
    typescript.isBindingElement(element) ? namesIn(element.name) : [],
  );
}

/** Names declared by `var` anywhere in the cell outside functions: they belong to the cell. */
function varNames(cell: ts.SourceFile): ts.Identifier[] {
  const found: ts.Identifier[] = [];
  const visit = (node: ts.Node): void => {
    if (
      typescript.isFunctionLike(node) ||
      typescript.isClassLike(node) ||
      typescript.isModuleDeclaration(node)
    )
      return;
    if (typescript.isVariableStatement(node) && isAmbient(node)) return;
    if (typescript.isVariableDeclarationList(node) && isVar(node)) found.push(...namesOf(node));
    typescript.forEachChild(node, visit);
  };
  visit(cell);
  return found;
}
