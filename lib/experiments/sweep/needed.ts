/** Which cells of a plan are needed: all, or as many seeds as a stop rule asks for. */
import { meanInterval } from "../../base/studentT.ts";
import { groupsOf } from "../../tables/groups.ts";
import { readOutcome } from "../store/outcome.ts";
import { axisNumber, type Plan, type PlanCell, SEED_AXIS, type StopRule } from "./plan.ts";

/**
 * The cells that are needed as far as the stored outcomes tell. Seeds count in the order of their
 * axis, so that the answer, once all of them are there, depends on no order of computing.
 */
export function neededCells(
  plan: Plan,
  textOf: (key: string) => string | undefined,
): readonly PlanCell[] {
  const { stop, cells } = plan;
  if (stop === null) return cells;
  const needed = new Set<PlanCell>();
  for (const seeds of cellsOverSeeds(plan)) {
    for (const cell of neededSeeds(seeds, stop, textOf)) needed.add(cell);
  }
  return cells.filter((cell) => needed.has(cell));
}

/** The cells of each combination that differ in the seed only, in the order of that axis. */
function cellsOverSeeds(plan: Plan): readonly (readonly PlanCell[])[] {
  const seed = axisNumber(plan, SEED_AXIS);
  const others = plan.axes.map((_, axis) => axis).filter((axis) => axis !== seed);
  const columns = others.map((axis) => plan.cells.map(({ labels }) => labels[axis]));
  const groups = groupsOf(columns, plan.cells.length);
  const lists: PlanCell[][] = Array.from({ length: groups.count }, () => []);
  plan.cells.forEach((cell, i) => {
    lists[groups.of[i]!]!.push(cell);
  });
  return lists.map((list) => list.sort((a, b) => a.labels[seed]! - b.labels[seed]!));
}

function neededSeeds(
  seeds: readonly PlanCell[],
  { column, withinPct, minSeeds }: StopRule,
  textOf: (key: string) => string | undefined,
): readonly PlanCell[] {
  const values: number[] = [];
  for (const [i, { key }] of seeds.entries()) {
    if (i >= minSeeds && isNarrow(values, withinPct)) return seeds.slice(0, i);
    const text = textOf(key);
    if (text === undefined) return seeds.slice(0, Math.max(i + 1, minSeeds));
    const value = readOutcome(text).row?.[column];
    if (typeof value === "number") values.push(value);
  }
  return seeds;
}

function isNarrow(values: readonly number[], withinPct: number): boolean {
  const { mean, half } = meanInterval(values);
  if (mean === null || half === null) return false;
  return half <= (withinPct / 100) * Math.abs(mean);
}
