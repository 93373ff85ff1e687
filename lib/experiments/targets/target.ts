/** Published results that the model must reproduce; the families are the files of this folder. */

/** One published result. */
export interface Target {
  /** `V1` …, as in docs/validation.md. */
  readonly id: string;
  /** What was measured, and on which machine. */
  readonly what: string;
  /** What was reported, in `unit`. */
  readonly reported: number;
  /** `interrupts`, `ns`, `x` (a ratio), `%` …. */
  readonly unit: string;
  /** What the model says, in the same unit. */
  predicted(): number;
  /** How far apart the two may be. */
  readonly tolerance: Tolerance;
  /** The message, commit or measurement. */
  readonly source: string;
  /** What the comparison does not show, or why it misses; empty without. */
  readonly remark?: string;
}

/**
 * `relative`: |predicted / reported − 1| at most `limit`. `factor`: predicted / reported between
 * 1 / `limit` and `limit`. `sign`: both on the same side of `limit`. `exact`: equal.
 */
export type Tolerance =
  | { readonly kind: "exact" }
  | { readonly kind: "relative" | "factor" | "sign"; readonly limit: number };

/** A target with the model's answer. */
export interface TargetResult {
  readonly id: string;
  readonly what: string;
  readonly unit: string;
  readonly reported: number;
  readonly predicted: number;
  /** predicted / reported. */
  readonly ratio: number;
  readonly tolerance: string;
  readonly holds: boolean;
  readonly source: string;
  readonly remark: string;
}

/** Asks the model. */
export function judge(target: Target): TargetResult {
  const { id, what, unit, reported, tolerance, source, remark = "" } = target;
  const predicted = target.predicted();
  const ratio = predicted / reported;
  return {
    id,
    what,
    unit,
    reported,
    predicted,
    ratio,
    tolerance: toleranceWords(tolerance),
    holds: isWithin(predicted, reported, tolerance),
    source,
    remark,
  };
}

function isWithin(predicted: number, reported: number, tolerance: Tolerance): boolean {
  const ratio = predicted / reported;
  switch (tolerance.kind) {
    case "exact":
      return predicted === reported;
    case "relative":
      return Math.abs(ratio - 1) <= tolerance.limit;
    case "factor":
      return ratio >= 1 / tolerance.limit && ratio <= tolerance.limit;
    case "sign":
      return Math.sign(predicted - tolerance.limit) === Math.sign(reported - tolerance.limit);
  }
}

function toleranceWords(tolerance: Tolerance): string {
  switch (tolerance.kind) {
    case "exact":
      return "exact";
    case "relative":
      return `+-${Number((tolerance.limit * 100).toPrecision(3))} %`;
    case "factor":
      return `within ${tolerance.limit} x`;
    case "sign":
      return `same side of ${tolerance.limit}`;
  }
}
