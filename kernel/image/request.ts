/** What the script that fills an image is told. */
import type ts from "typescript";

/** Passed as JSON in the environment variable `SHOOTDOWN_IMAGE_REQUEST`. */
export interface ImageRequest {
  /** File of the compiler. */
  readonly compiler: string;
  readonly options: ts.CompilerOptions;
  /**
   * The files of a cell, of which none exists: what earlier cells have declared (`.d.ts`), it. They
   * lie in the project folder.
   */
  readonly roots: readonly string[];
}
