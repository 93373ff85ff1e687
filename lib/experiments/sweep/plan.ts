/** What a sweep consists of: axes, cells with their keys, and the values that the cells share. */
import { ShootdownError } from "../../base/messages.ts";
import type { Scene } from "../scene.ts";
import { checkScene } from "../scene.ts";
import type { Axes, Axis, Label } from "./axes.ts";
import { AxisTable } from "./axes.ts";
import type { CellTask, Part, PartName } from "./cell.ts";
import { keyOfParts, PartWriter } from "./cell.ts";
import { predictedCost } from "./cost.ts";

/** The name of the axis whose values are repetitions. */
export const SEED_AXIS = "seed";

/** Which rows the others are compared with. */
export interface BaselineChoice {
  readonly axis: string;
  readonly label: Label;
}

/** When the remaining seeds of a combination are left out. */
export interface StopRule {
  /** A measured column. */
  readonly column: string;
  /** Half-width of the 95 % interval of the mean, in percent of the mean. */
  readonly withinPct: number;
  /** Seeds that are computed in any case. */
  readonly minSeeds: number;
}

/** One combination of labels, and the cell that belongs to it. */
export interface PlanCell extends CellTask {
  /** Number of the label on each axis. */
  readonly labels: readonly number[];
}

/** A sweep as plain data. */
export interface Plan {
  readonly axes: readonly Axis[];
  readonly baseline: BaselineChoice | null;
  readonly stop: StopRule | null;
  readonly cells: readonly PlanCell[];
}

/** A plan with how its rows are read. */
export type PlanChoices = Pick<Plan, "baseline" | "stop">;

/** Makes the scene of a combination; `undefined` leaves it out. */
export type Build = (point: Readonly<Record<string, unknown>>) => Scene | undefined;

/** Says by its labels whether a combination is part of the sweep. */
export type Keep = (labels: Readonly<Record<string, Label>>) => boolean;

/** Makes the cells of all combinations. Errors of `build` name the combination. */
export function planOf(
  axes: Axes,
  build: Build,
  choices: PlanChoices,
  keep: Keep = () => true,
): Plan {
  const table = new AxisTable(axes);
  const writer = new PartWriter();
  const cells: PlanCell[] = [];
  for (const labels of table.combinations()) {
    if (!keep(table.labels(labels))) continue;
    const made = named(table, labels, () => {
      const given = build(table.point(labels));
      return given === undefined ? undefined : { given, scene: checkScene(given) };
    });
    if (made === undefined) continue;
    const parts = writer.parts(made.scene, made.given);
    const { seed } = made.scene;
    const cost = predictedCost(made.scene);
    cells.push({ key: keyOfParts(parts, seed), labels, seed, parts, cost });
  }
  return { axes: table.axes, ...choices, cells };
}

/** All parts of a plan, each once. */
export function partsOfPlan(plan: Plan): ReadonlyMap<string, Part> {
  const parts = new Map<string, Part>();
  for (const cell of plan.cells) {
    for (const name of Object.keys(cell.parts) as PartName[]) {
      parts.set(cell.parts[name].id, cell.parts[name]);
    }
  }
  return parts;
}

/** The number of an axis, -1 where the plan has none of that name. */
export function axisNumber({ axes }: Pick<Plan, "axes">, name: string): number {
  return axes.findIndex((axis) => axis.name === name);
}

function named<T>(table: AxisTable, labels: readonly number[], make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof ShootdownError)) throw error;
    const { code, message, ...details } = error;
    const text = message.replace(/^SD\d+: /, "");
    throw new ShootdownError(code, `at ${table.describe(labels)}: ${text}`, details);
  }
}
