/** Lines that other kernels understand, for which the compiler finds no helpful words. */
import type { CellProblem } from "./diagnostics.ts";

/** What to write instead of the `%time` or `!ls` that a cell starts with; undefined without one. */
export function foreignLine(source: string): CellProblem | undefined {
  const lines = source.split("\n");
  const line = lines.findIndex((text) => text.trim() !== "");
  const text = lines[line] ?? "";
  const found = shapes.find(({ shape }) => shape.test(text));
  if (found === undefined) return undefined;
  const column = text.search(/\S/) + 1;
  return {
    code: "SD006",
    message: found.advice,
    line: line + 1,
    column,
    length: text.trim().length,
  };
}

const shapes = [
  {
    shape: /^\s*%%?[a-z]/,
    advice:
      "a cell of TypeScript has magic comments instead: //% time, //% timeout 30s, //% seed 7",
  },
  {
    shape: /^\s*!\s*[a-z][\w-]*(?:\s+[-\w./~]|\s*$)/,
    advice:
      'a cell runs no shell commands, but Node does: import { execSync } from "child_process"',
  },
] as const;
