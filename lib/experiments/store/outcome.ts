/** What computing a cell ends with: a row or a problem, as the text that is stored. */
import { canonicalJson } from "../../base/canonical.ts";

/** Why a cell has no row. `threw` is final; the others may go away on another machine. */
export type ProblemKind = "threw" | "memory" | "exit" | "timeout";

/** Why a cell has no row. */
export interface Problem {
  readonly kind: ProblemKind;
  readonly message: string;
}

/** Measured columns of one cell. */
export type MeasuredRow = Readonly<Record<string, string | number | null>>;

/** A stored outcome, read. */
export type Outcome =
  | { readonly key: string; readonly row: MeasuredRow; readonly problem?: undefined }
  | { readonly key: string; readonly row?: undefined; readonly problem: Problem };

const START = '{"key":"';
const KEY_LENGTH = 64;

/** The text of a row. */
export function rowText(key: string, row: MeasuredRow): string {
  return canonicalJson({ key, row });
}

/** The text of a problem. */
export function problemText(key: string, problem: Problem): string {
  return canonicalJson({ key, problem });
}

/** The key of a stored text; undefined for texts that are no outcome. */
export function keyOf(text: string): string | undefined {
  return text.startsWith(START) ? text.slice(START.length, START.length + KEY_LENGTH) : undefined;
}

/** True for the text of a problem. */
export function isProblem(text: string): boolean {
  return text.startsWith('"problem"', START.length + KEY_LENGTH + 2);
}

/** Reads a stored text. */
export function readOutcome(text: string): Outcome {
  return JSON.parse(text) as Outcome;
}

/** Which kind of problem says more about the cell itself. */
const ORDER: readonly ProblemKind[] = ["threw", "memory", "exit", "timeout"];

/**
 * Which of two outcomes of one cell counts, or `conflict` where a deterministic computation cannot
 * have both. A row beats a problem that the circumstances caused.
 */
export function betterOf(one: string, other: string): string | "conflict" {
  if (one === other) return one;
  if (!isProblem(one) && !isProblem(other)) return "conflict";
  const [first, second] = [one, other].map((text) => {
    return isProblem(text) ? ORDER.indexOf(readOutcome(text).problem!.kind) : -1;
  }) as [number, number];
  if (first === second) return one < other ? one : other;
  if (first + second === -1) return "conflict"; // a row, and a problem of the cell itself
  return first < second ? one : other;
}
