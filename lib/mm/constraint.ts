/** Where Linux can have a policy, a backend or a workload; elsewhere a scene is refused. */
import { checkKeys, checkOneOf, checkString } from "../base/check.ts";
import { invalid } from "../base/messages.ts";
import { deepFreeze } from "../base/value.ts";

/** What a constraint is about. */
export const CONSTRAINT_SUBJECTS = ["arch", "release", "backend"] as const;

/** One condition on the rest of a scene. */
export interface Constraint {
  readonly on: (typeof CONSTRAINT_SUBJECTS)[number];
  /** `x86`, `arm64`, `powerpc`; `6.1` …; `native`, `kvm` …. */
  readonly oneOf: readonly string[];
  /** Why not elsewhere: ends the sentence "…, because". */
  readonly reason: string;
}

/** Constraints as frozen plain data. Throws SD001–SD003 for wrong data. */
export function checkConstraints(constraints: readonly Constraint[]): readonly Constraint[] {
  if (!Array.isArray(constraints)) throw invalid("constraints", constraints, "a list");
  return deepFreeze(
    constraints.map((one) => {
      checkKeys("constraint", one, ["on", "oneOf", "reason"]);
      const { on, oneOf, reason } = one;
      checkOneOf("constraint.on", on, CONSTRAINT_SUBJECTS);
      if (!Array.isArray(oneOf)) throw invalid("constraint.oneOf", oneOf, "a list of names");
      return { on, oneOf: [...oneOf], reason: checkString("constraint.reason", reason) };
    }),
  );
}

/** The first constraint that a scene does not meet. */
export function unmet(
  constraints: readonly Constraint[],
  scene: Readonly<Record<Constraint["on"], string>>,
): Constraint | undefined {
  return constraints.find(({ on, oneOf }) => !oneOf.includes(scene[on]));
}
