/**
 * The compiler as a value: out of the image of the process, or loaded now. Then it is required, not
 * imported: a CommonJS file that is imported is read twice more by Node, for its format and the
 * names of its exports, and this one has 9 MB.
 */
import { createRequire } from "node:module";
import type ts from "typescript";
import { compilerImage } from "../image/image.ts";

/** Stock TypeScript. Types come by `import type ts from "typescript"`. */
export const typescript: typeof ts =
  compilerImage()?.typescript ?? (createRequire(import.meta.url)("typescript") as typeof ts);
