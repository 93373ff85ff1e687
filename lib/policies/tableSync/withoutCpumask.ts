/** Constraint of the policies that interrupt the CPUs of `mm_cpumask` and nobody else. */
import type { Constraint } from "../../mm/constraint.ts";

/** Not on arm64. */
export const WITHOUT_CPUMASK: readonly Constraint[] = [
  {
    on: "arch",
    oneOf: ["x86", "powerpc"],
    reason: "arm64 keeps no mm_cpumask, so that nobody would be interrupted",
  },
];
