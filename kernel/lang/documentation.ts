/**
 * Comments of declarations out of an image, which has been parsed without them: they are half of
 * the text, and one in ten thousand is ever read.
 */
import type ts from "typescript";
import { typescript } from "./compiler.ts";
import { libraryFile } from "./library.ts";

type Commented = ts.Node & { jsDoc?: unknown; jsDocCache?: unknown };

const parsedAgain = new WeakMap<ts.SourceFile, ts.SourceFile>();

/** Gives the declarations of a symbol their comments, if they have lost them. */
export function restoreComments(symbol: ts.Symbol): void {
  for (const declaration of symbol.declarations ?? []) {
    const file = declaration.getSourceFile();
    if (libraryFile(file.fileName, file) !== file) continue;
    const twin = twinOf(declaration, withComments(file));
    if (twin === undefined) continue;
    Object.assign(declaration as Commented, { jsDoc: twin.jsDoc, jsDocCache: undefined });
  }
}

function withComments(file: ts.SourceFile): ts.SourceFile {
  const known = parsedAgain.get(file);
  if (known !== undefined) return known;
  const { fileName, text, languageVersion } = file;
  const again = typescript.createSourceFile(fileName, text, languageVersion, true);
  parsedAgain.set(file, again);
  return again;
}

/** The node of the same kind at the same place. */
function twinOf(node: ts.Node, within: ts.Node): Commented | undefined {
  if (within.pos === node.pos && within.end === node.end && within.kind === node.kind)
    return within;
  return typescript.forEachChild(within, (child) =>
    child.pos <= node.pos && node.end <= child.end ? twinOf(node, child) : undefined,
  );
}
