/**
 * The compiler as a value. It is required, not imported: Node reads a CommonJS file that is imported
 * twice more, for the names of its exports, and this one has nine megabytes.
 */
import { createRequire } from "node:module";
import type ts from "typescript";

/** Stock TypeScript. Types come by `import type ts from "typescript"`. */
export const typescript: typeof ts = createRequire(import.meta.url)("typescript") as typeof ts;
