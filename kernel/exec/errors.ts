/** Errors of cells as notebooks store them. */
import { inspect } from "node:util";
import { type CellProblem, codeFrame, problemText } from "../lang/diagnostics.ts";
import type { CellError } from "./messages.ts";
import { type CellPlace, cellPlaces } from "./stack.ts";

/** Finds the text of a cell by its number. */
export type CellText = (cell: number) => string | undefined;

/** What the compiler found, all of it: the headline counts, the traceback shows each with code. */
export function compilerError(
  problems: readonly CellProblem[],
  name: string,
  source: string,
): CellError {
  const first = problems[0]?.message.split("\n")[0] ?? "";
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : "";
  const blocks = problems.map((problem) => problemText(problem, name, source));
  return {
    ename: "TypeScriptError",
    evalue: `${first}${more}`,
    traceback: blocks.join("\n\n").split("\n"),
  };
}

/** Whatever a cell has thrown, with the line of the cell it came from. Never throws itself. */
export function thrownError(thrown: unknown, textOf: CellText): CellError {
  try {
    return describe(thrown, textOf);
  } catch {
    const evalue = "a value that cannot be shown";
    return { ename: "Thrown", evalue, traceback: [`Uncaught ${evalue}`] };
  }
}

function describe(thrown: unknown, textOf: CellText): CellError {
  if (!(thrown instanceof Error)) {
    const value = inspect(thrown);
    return { ename: "Thrown", evalue: value, traceback: [`Uncaught ${value}`] };
  }
  const traceback = errorText(thrown, textOf, new Set()).split("\n");
  return { ename: String(thrown.name), evalue: inNotebookWords(String(thrown.message)), traceback };
}

/**
 * Arquero reads the source of a table expression, in which a variable of the notebook has become a
 * property of `exports`: a word that its author has never written.
 */
function inNotebookWords(text: string): string {
  return text.replace('reference: "exports"', "reference: a variable of the notebook");
}

/** The stack without what node:vm puts in front of it: a place in generated code. */
function stackOf(error: Error): string {
  const headline = String(error);
  const stack = String(error.stack ?? headline);
  return inNotebookWords(stack.slice(Math.max(0, stack.indexOf(headline))));
}

function errorText(error: Error, textOf: CellText, seen: Set<unknown>): string {
  seen.add(error);
  const stack = stackOf(error);
  const parts = [stack, ...framesOf(stack, textOf)];
  if (error instanceof AggregateError) {
    for (const inner of error.errors) parts.push(...related("one of", inner, textOf, seen));
  }
  parts.push(...related("caused by", error.cause, textOf, seen));
  return parts.join("\n");
}

/** The line that has thrown and, where that was called from another line, the outermost one. */
function framesOf(stack: string, textOf: CellText): string[] {
  const places = cellPlaces(stack);
  const [inner, outer] = [places[0], places.at(-1)];
  if (inner === undefined || outer === undefined) return [];
  const isSame = outer.cell === inner.cell && outer.line === inner.line;
  const called = isSame ? [] : frameOf(outer, textOf);
  if (called.length === 0) return frameOf(inner, textOf);
  const where = `called from Cell[${outer.cell}]:${outer.line}:${outer.column}`;
  return [...frameOf(inner, textOf), "", where, ...called];
}

function frameOf(place: CellPlace, textOf: CellText): string[] {
  const text = textOf(place.cell);
  return text === undefined ? [] : ["", codeFrame(text, place)];
}

/** The text of an error behind another one; causes may point in a circle. */
function related(relation: string, inner: unknown, textOf: CellText, seen: Set<unknown>): string[] {
  if (inner === undefined || seen.has(inner)) return [];
  const text = inner instanceof Error ? errorText(inner, textOf, seen) : inspect(inner);
  return ["", `${relation}: ${text}`];
}
