/** All published results that the model is held against, and what it says to each. */
import type { ColumnTable } from "../../tables/frame.ts";
import { toTable } from "../../tables/frame.ts";
import { armAndPowerTargets } from "./armAndPower.ts";
import { backendTargets } from "./backends.ts";
import { collapseTargets } from "./collapse.ts";
import { flushCostTargets } from "./flushCosts.ts";
import { lazyTlbTargets } from "./lazyTlb.ts";
import { reclaimTargets } from "./reclaim.ts";
import type { Target, TargetResult } from "./target.ts";
import { judge } from "./target.ts";
import { unshareTargets } from "./unshare.ts";
import { walkerTargets } from "./walkers.ts";

/** V1 to V28 and what goes with them, in order of their numbers. */
export const published: readonly Target[] = [
  ...collapseTargets,
  ...walkerTargets,
  ...lazyTlbTargets,
  ...reclaimTargets,
  ...backendTargets,
  ...armAndPowerTargets,
  ...unshareTargets,
  ...flushCostTargets,
].sort((left, right) => numberOf(left) - numberOf(right));

/** Asks the model all of them; takes a few seconds. */
export function judgePublished(): readonly TargetResult[] {
  return published.map(judge);
}

/** The answers as a table with the columns of the schema `targets`. */
export function targetTable(results: readonly TargetResult[]): ColumnTable {
  const column = <K extends keyof TargetResult>(key: K): TargetResult[K][] =>
    results.map((one) => one[key]);
  return toTable("targets", {
    id: column("id"),
    result: column("what"),
    reported: column("reported"),
    model: column("predicted"),
    unit: column("unit"),
    ratio: column("ratio"),
    tolerance: column("tolerance"),
    holds: results.map(({ holds }) => (holds ? "yes" : "no")),
    source: column("source"),
    remark: column("remark"),
  });
}

/** Those without a number of their own go last. */
function numberOf({ id }: Target): number {
  const match = /^V(\d+)/.exec(id);
  return match === null ? 99 : Number(match[1]);
}
