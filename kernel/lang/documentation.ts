/**
 * Comments of packages, whose declarations are parsed without them: they are half of the text, a
 * quarter of the time, and one in ten thousand is ever read.
 */
import type ts from "typescript";
import { typescript } from "./compiler.ts";

type Commented = ts.Node & { jsDoc?: unknown; jsDocCache?: unknown };

const parsedAgain = new WeakMap<ts.SourceFile, ts.SourceFile>();

/** A file that came with a package, as the compiler's own library does. */
export function isPackaged(fileName: string): boolean {
  return fileName.includes("/node_modules/");
}

/** The same way of parsing, for a file whose comments are read by nobody for now. */
export function withoutComments(
  options: ts.ScriptTarget | ts.CreateSourceFileOptions,
): ts.CreateSourceFileOptions {
  const given = typeof options === "object" ? options : { languageVersion: options };
  return { ...given, jsDocParsingMode: typescript.JSDocParsingMode.ParseNone };
}

/** Gives the declarations of a symbol their comments, if they have lost them. */
export function restoreComments(symbol: ts.Symbol): void {
  for (const declaration of symbol.declarations ?? []) {
    const file = declaration.getSourceFile();
    if (!isPackaged(file.fileName) || !file.isDeclarationFile) continue;
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
