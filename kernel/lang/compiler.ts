/**
 * The compiler as a value. It is required, not imported: a CommonJS file that is imported is read
 * twice more by Node, for its format and the names of its exports, and this one has 9 MB.
 */
import { createRequire } from "node:module";
import type ts from "typescript";

/** Stock TypeScript. Types come by `import type ts from "typescript"`. */
export const typescript: typeof ts = createRequire(import.meta.url)("typescript") as typeof ts;
