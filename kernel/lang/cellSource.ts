/** What the text of a cell says about how to run it, read from its syntax alone. */
import type ts from "typescript";
import { typescript } from "./compiler.ts";

/** How a cell is to be run and shown. */
export interface CellTraits {
  /** It awaits at its top level, so it has to run as an async function. */
  readonly awaits: boolean;
  /** Its last value is not to be shown: it ends in `;`, or in a call of `write`. */
  readonly quiet: boolean;
}

/** Reads the traits of a cell. Broken code has traits too: the compiler reports what is wrong. */
export function cellTraits(source: string): CellTraits {
  // `export {}` makes it a module, in which a top-level await is parsed as one.
  const module = `${source}\nexport {};`;
  const file = typescript.createSourceFile(
    "cell.ts",
    module,
    typescript.ScriptTarget.Latest,
    false,
  );
  const statements = file.statements.slice(0, -1);
  return {
    awaits: statements.some(awaitsAtTopLevel),
    quiet: endsQuietly(statements.at(-1), file),
  };
}

/**
 * The same text with blanks for the `export` of its declarations: every name of a cell goes on to
 * later ones anyway, and tslab exports it itself.
 */
export function withoutExports(source: string): string {
  if (!source.includes("export")) return source;
  const file = typescript.createSourceFile(
    "cell.ts",
    source,
    typescript.ScriptTarget.Latest,
    false,
  );
  let text = source;
  for (const statement of file.statements) {
    const modifiers = typescript.canHaveModifiers(statement)
      ? (typescript.getModifiers(statement) ?? [])
      : [];
    const [first, second] = modifiers;
    if (first?.kind !== typescript.SyntaxKind.ExportKeyword) continue;
    if (second?.kind === typescript.SyntaxKind.DefaultKeyword) continue;
    const start = first.getStart(file);
    text = text.slice(0, start) + " ".repeat(first.end - start) + text.slice(first.end);
  }
  return text;
}

function awaitsAtTopLevel(node: ts.Node): boolean {
  if (typescript.isFunctionLike(node) || typescript.isModuleDeclaration(node)) return false;
  if (typescript.isAwaitExpression(node)) return true;
  if (typescript.isForOfStatement(node) && node.awaitModifier !== undefined) return true;
  if (typescript.isVariableDeclarationList(node) && isAwaitUsing(node)) return true;
  return typescript.forEachChild(node, awaitsAtTopLevel) === true;
}

function isAwaitUsing(list: ts.VariableDeclarationList): boolean {
  return (list.flags & typescript.NodeFlags.BlockScoped) === typescript.NodeFlags.AwaitUsing;
}

function endsQuietly(last: ts.Statement | undefined, file: ts.SourceFile): boolean {
  if (last === undefined || !typescript.isExpressionStatement(last)) return false;
  return file.text.slice(last.pos, last.end).endsWith(";") || isWrite(last.expression);
}

/** `process.stdout.write(…)` tells whether a buffer is full: nobody wants to see that. */
function isWrite(expression: ts.Expression): boolean {
  return (
    typescript.isCallExpression(expression) &&
    typescript.isPropertyAccessExpression(expression.expression) &&
    expression.expression.name.text === "write"
  );
}
