/**
 * What tslab asks its compiler for beyond the public interface. Its fork had editor services as
 * functions of a program; stock TypeScript keeps the same ones behind its language service, and
 * exports their parts.
 */
import type ts from "typescript";
import { typescript } from "./compiler.ts";
import { restoreComments } from "./documentation.ts";
import type { QuickInfo } from "./inspection.ts";
import { tslabChanged } from "./seams.ts";

/** Internals of TypeScript that its `ts` object has, though its declarations do not. */
interface Internals {
  readonly Completions: {
    getCompletionsAtPosition(host: object, program: ts.Program, ...rest: unknown[]): unknown;
  };
  readonly SymbolDisplay: {
    getSymbolDisplayPartsDocumentationAndSymbolKind(
      checker: ts.TypeChecker,
      symbol: ts.Symbol,
      file: ts.SourceFile,
      enclosing: ts.Node | undefined,
      location: ts.Node,
    ): Required<QuickInfo>;
  };
  bindSourceFile(file: ts.SourceFile, options: ts.CompilerOptions): void;
  getTouchingPropertyName(file: ts.SourceFile, position: number): ts.Node;
  getContainerNode(node: ts.Node): ts.Node | undefined;
}

const internals = typescript as unknown as Internals;

/** Throws SD013 "TypeScript changed" when a part is missing. */
export function checkServices(): void {
  const parts = [
    internals.Completions?.getCompletionsAtPosition,
    internals.SymbolDisplay?.getSymbolDisplayPartsDocumentationAndSymbolKind,
    internals.bindSourceFile,
    internals.getTouchingPropertyName,
    internals.getContainerNode,
  ];
  if (parts.some((part) => typeof part !== "function")) {
    throw tslabChanged("TypeScript", "its editor services are gone");
  }
}

/** Collects the names that a file declares, before anything is checked: tslab reads them first. */
export function bindNames(file: ts.SourceFile, options: ts.CompilerOptions): void {
  internals.bindSourceFile(file, options);
}

/** As tslab calls it; the host tells the paths in strings where to look. */
export function completionsAt(host: object, program: ts.Program, ...rest: unknown[]): unknown {
  const fileHost = {
    getCompilationSettings: () => program.getCompilerOptions(),
    getCurrentDirectory: () => program.getCurrentDirectory(),
    fileExists: typescript.sys.fileExists,
    readFile: typescript.sys.readFile,
    directoryExists: typescript.sys.directoryExists,
    getDirectories: typescript.sys.getDirectories,
    readDirectory: typescript.sys.readDirectory,
    getPackageJsonAutoImportProvider: () => undefined,
  };
  return internals.Completions.getCompletionsAtPosition({ ...fileHost, ...host }, program, ...rest);
}

/** What stands at a place, with its documentation; undefined where nothing does. */
export function quickInfoAt(
  file: ts.SourceFile,
  checker: ts.TypeChecker,
  _cancellation: unknown,
  position: number,
): (QuickInfo & { textSpan: ts.TextSpan }) | undefined {
  const node = internals.getTouchingPropertyName(file, position);
  if (node === undefined || typescript.isSourceFile(node)) return undefined;
  const textSpan = { start: node.getStart(file), length: node.getWidth(file) };
  const symbol = checker.getSymbolAtLocation(node);
  if (symbol === undefined || checker.isUnknownSymbol(symbol)) {
    if (!typescript.isIdentifier(node) && node.kind !== typescript.SyntaxKind.ThisKeyword)
      return undefined;
    const text = checker.typeToString(checker.getTypeAtLocation(node));
    return { textSpan, displayParts: [{ text }] };
  }
  restoreComments(symbol);
  const container = internals.getContainerNode(node);
  const { displayParts, documentation, tags } =
    internals.SymbolDisplay.getSymbolDisplayPartsDocumentationAndSymbolKind(
      checker,
      symbol,
      file,
      container,
      node,
    );
  return { textSpan, displayParts, documentation, tags };
}
