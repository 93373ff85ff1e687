/**
 * What a cell process may find in its memory when it starts: the compiler, and the declarations of
 * the language and of Node, parsed and bound. Loading and parsing them takes a second; reading them
 * back from a snapshot of V8's heap a tenth of that.
 */
import type ts from "typescript";

/** The contents of an image. */
export interface CompilerImage {
  readonly typescript: typeof ts;
  /** By file name, as the compiler spells it. */
  readonly files: ReadonlyMap<string, ImageFile>;
  /** Of these files and an empty cell: its structure is that of a program with any cell. */
  readonly program: ts.Program;
}

/** A declaration file with what tells whether it is still the one that was parsed. */
export interface ImageFile {
  readonly source: ts.SourceFile;
  /** Size in bytes and time of the last change, ms since 1970. */
  readonly size: number;
  readonly mtimeMs: number;
  /** What its imports lead to, by specifier. */
  readonly imports: ReadonlyMap<string, ts.ResolvedModuleWithFailedLookupLocations>;
}

/** The image this process was started from, if it was. */
export function compilerImage(): CompilerImage | undefined {
  return (globalThis as { [imageSymbol]?: CompilerImage })[imageSymbol];
}

/** Where the script that makes an image leaves it. */
const imageSymbol: unique symbol = Symbol.for("shootdown.compilerImage") as never;
