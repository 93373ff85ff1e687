/** Names of modules that a cell does not have, and what it has instead. */
import type ts from "typescript";
import { typescript } from "./compiler.ts";

/** Errors for `import.meta`, `__dirname` and `__filename`, which would fail when the cell runs. */
export function moduleHints(program: ts.Program, cell: ts.SourceFile): ts.Diagnostic[] {
  const found: ts.Diagnostic[] = [];
  const checker = program.getTypeChecker();
  const visit = (node: ts.Node): void => {
    const name = missingName(node, checker);
    if (name === undefined) typescript.forEachChild(node, visit);
    else found.push(hint(cell, node, name));
  };
  visit(cell);
  return found;
}

function missingName(node: ts.Node, checker: ts.TypeChecker): string | undefined {
  if (
    typescript.isMetaProperty(node) &&
    node.keywordToken === typescript.SyntaxKind.ImportKeyword
  ) {
    return "import.meta";
  }
  if (!typescript.isIdentifier(node) || !["__dirname", "__filename"].includes(node.text))
    return undefined;
  if (typescript.isPropertyAccessExpression(node.parent) && node.parent.name === node)
    return undefined;
  const declarations = checker.getSymbolAtLocation(node)?.declarations ?? [];
  const isNodes = declarations.every((one) =>
    one.getSourceFile().fileName.includes("/@types/node/"),
  );
  return declarations.length > 0 && isNodes ? node.text : undefined;
}

function hint(file: ts.SourceFile, node: ts.Node, name: string): ts.Diagnostic {
  const start = node.getStart(file);
  return {
    file,
    start,
    length: node.end - start,
    category: typescript.DiagnosticCategory.Error,
    code: cannotFindName,
    messageText: `A cell has no '${name}'. The folder of the notebook is 'notebookDir'.`,
  };
}

/** TypeScript's number for a name that is not there. */
const cannotFindName = 2304;
