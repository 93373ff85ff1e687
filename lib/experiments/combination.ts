/** Which machines, releases, policies, backends and workloads Linux can have together. */
import type { Backend } from "../backends/backend.ts";
import { behaviourOf } from "../backends/backend.ts";
import { impossible } from "../base/messages.ts";
import type { Machine } from "../machine/machine.ts";
import type { Constraint } from "../mm/constraint.ts";
import { unmet } from "../mm/constraint.ts";
import type { Linux } from "../policies/linux.ts";
import { constraintsOf } from "../workloads/registry.ts";
import type { Workload } from "../workloads/workload.ts";

/** What is combined. */
export interface Combination {
  readonly machine: Machine;
  readonly linux: Linux;
  readonly backend: Backend;
  readonly workload: Workload;
}

/** Throws SD004, with the reason, for a combination that Linux cannot have. */
export function checkCombination(combination: Combination): void {
  const refusal = refusalOf(combination);
  if (refusal === undefined) return;
  throw impossible(refusal.field, refusal.value, refusal.reason);
}

/** Why Linux cannot have the combination; undefined where it can. */
export interface Refusal {
  readonly field: string;
  readonly value: string;
  readonly reason: string;
}

/** Throws SD004, with the reason, for a kernel that Linux cannot have. */
export function checkKernel(kernel: Omit<Combination, "workload">): void {
  const refusal = firstUnmet(kernel, []);
  if (refusal !== undefined) throw impossible(refusal.field, refusal.value, refusal.reason);
}

/** The first constraint of a value that the others do not meet. */
export function refusalOf(combination: Combination): Refusal | undefined {
  const { workload } = combination;
  return firstUnmet(combination, [["workload", workload.type, constraintsOf(workload)]]);
}

type Owner = [field: string, value: string, constraints: readonly Constraint[]];

function firstUnmet(
  { machine, linux, backend }: Omit<Combination, "workload">,
  more: readonly Owner[],
): Refusal | undefined {
  const scene = { arch: machine.arch.kind, release: linux.release, backend: backend.name };
  const owners: Owner[] = [
    ["backend", backend.name, behaviourOf(backend).constraints],
    ...more,
    ...linux.policies().map(({ kind, name, constraints }): Owner => [kind, name, constraints]),
  ];
  for (const [field, value, constraints] of owners) {
    const found = unmet(constraints, scene);
    if (found === undefined) continue;
    const { on, reason } = found;
    return { field, value, reason: `not on ${on} ${scene[on]}: ${reason}` };
  }
  return undefined;
}
