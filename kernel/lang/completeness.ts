/** Whether a cell can be run as it is, or its author is still in the middle of it. */
import type ts from "typescript";
import { typescript } from "./compiler.ts";

/** The answer to a front end that asks after each line. */
export type Completeness =
  | { readonly status: "complete" | "invalid" }
  | { readonly status: "incomplete"; readonly indent: string };

/** Errors that more text would mend although they are not reported at the end of the text. */
const unfinished = new Set([
  1010, // '*/' expected
  1160, // Unterminated template literal
]);

/** Errors at the end of the text that more text would not mend. */
const unmendable = new Set([
  1002, // Unterminated string literal
  1161, // Unterminated regular expression literal
]);

/** Reads the syntax alone: names and types do not count. */
export function completenessOf(source: string): Completeness {
  // `export {}` makes it a module, in which an await is one; in front, so that the end is the end.
  const prefix = "export {};";
  const text = prefix + source;
  const file = typescript.createSourceFile("cell.ts", text, typescript.ScriptTarget.Latest, false);
  const { parseDiagnostics = [] } = file as { parseDiagnostics?: readonly ts.Diagnostic[] };
  const first = parseDiagnostics[0];
  if (first === undefined) return { status: "complete" };
  const end = prefix.length + source.trimEnd().length;
  const atEnd = (first.start ?? 0) >= end && !unmendable.has(first.code);
  if (!atEnd && !unfinished.has(first.code)) return { status: "invalid" };
  return { status: "incomplete", indent: nextIndent(source) };
}

/** Two blanks more than the last line where that opens a bracket. */
function nextIndent(source: string): string {
  const line = source.trimEnd().split("\n").at(-1) ?? "";
  const indent = /^\s*/.exec(line)?.[0] ?? "";
  return /[([{]\s*$/.test(line) || /=>\s*$/.test(line) ? `${indent}  ` : indent;
}
