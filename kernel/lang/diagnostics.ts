/** Errors of the compiler, with the lines of the cell they point at. */
import type { TslabDiagnostic } from "./seams.ts";

/** One error of the compiler; line and column count from 1. */
export interface CellProblem {
  /** `TS2551` and the like. */
  readonly code: string;
  /** What is wrong, with its reasons on further, indented lines. */
  readonly message: string;
  /** Project file with the error; absent for the cell itself. */
  readonly file?: string;
  readonly line: number;
  readonly column: number;
  /** Number of characters to underline on that line, at least 1. */
  readonly length: number;
}

/**
 * Joins the diagnostics of tslab, which reports the reasons of an error as further errors. What the
 * compiler misses behind the last line, which tslab has added, is missing at the end of the cell.
 */
export function cellProblems(
  diagnostics: readonly TslabDiagnostic[],
  source: string,
): CellProblem[] {
  const lines = source.split("\n");
  const problems: CellProblem[] = [];
  let previous: TslabDiagnostic | undefined;
  for (const diagnostic of diagnostics) {
    const last = problems.at(-1);
    if (last !== undefined && previous !== undefined && sameSpan(previous, diagnostic)) {
      const message = `${last.message}\n  ${diagnostic.messageText}`;
      problems[problems.length - 1] = { ...last, message };
    } else {
      problems.push(within(lines, cellProblem(diagnostic)));
    }
    previous = diagnostic;
  }
  return problems;
}

/** The error as text: place, code, message and, for a cell, its lines with the span underlined. */
export function problemText(problem: CellProblem, cellName: string, source: string): string {
  const where = `${problem.file ?? cellName}:${problem.line}:${problem.column}`;
  const headline = `${where} - error ${problem.code}: ${problem.message}`;
  if (problem.file !== undefined) return headline;
  return `${headline}\n\n${codeFrame(source, problem)}`;
}

/** Up to two lines before the place, the line itself, and a line of carets below it. */
export function codeFrame(
  source: string,
  place: { readonly line: number; readonly column: number; readonly length?: number },
): string {
  const lines = source.split("\n");
  const first = Math.max(1, place.line - 2);
  const width = String(place.line).length;
  const frame = lines.slice(first - 1, place.line).map((text, index) => {
    const number = first + index;
    const mark = number === place.line ? ">" : " ";
    return `${mark} ${String(number).padStart(width)} | ${text}`.trimEnd();
  });
  const room = Math.max(1, (lines[place.line - 1] ?? "").length - place.column + 1);
  const carets = "^".repeat(Math.min(place.length ?? 1, room));
  frame.push(`  ${" ".repeat(width)} | ${" ".repeat(place.column - 1)}${carets}`);
  return frame.join("\n");
}

function cellProblem({ start, end, messageText, code, fileName }: TslabDiagnostic): CellProblem {
  const length = end.line === start.line ? end.character - start.character : 1_000;
  return {
    code: `TS${code}`,
    message: messageText,
    ...(fileName === undefined ? {} : { file: fileName }),
    line: start.line + 1,
    column: start.character + 1,
    length: Math.max(1, length),
  };
}

/** tslab looks for this name when a cell has `declare global`. */
const globalName = "Cannot find name '__global'";
const declaresGlobal = /\bdeclare\s+global\b/;

function within(lines: readonly string[], problem: CellProblem): CellProblem {
  if (problem.file !== undefined) return problem;
  if (problem.message.startsWith(globalName)) return aboutGlobals(lines, problem);
  if (problem.line <= lines.length) return problem;
  return { ...problem, line: lines.length, column: lines.at(-1)!.length + 1, length: 1 };
}

/** What to do instead, at the words that cannot be. */
function aboutGlobals(lines: readonly string[], problem: CellProblem): CellProblem {
  const message = "a cell cannot add to global types; a file of the project can, and be imported";
  const line = lines.findIndex((text) => declaresGlobal.test(text));
  const found = declaresGlobal.exec(lines[line] ?? "");
  if (found === null) return { ...problem, message };
  return { ...problem, message, line: line + 1, column: found.index + 1, length: found[0].length };
}

function sameSpan(left: TslabDiagnostic, right: TslabDiagnostic): boolean {
  return (
    left.start.line === right.start.line &&
    left.start.character === right.start.character &&
    left.end.line === right.end.line &&
    left.end.character === right.end.character
  );
}
