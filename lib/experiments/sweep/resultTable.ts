/** The outcomes of a sweep as one table. */
import { withBaseline } from "../../tables/compare.ts";
import { withIntervals } from "../../tables/confidence.ts";
import type { ColumnTable } from "../../tables/frame.ts";
import { columnValues, tableOf } from "../../tables/frame.ts";
import type { SummaryRow } from "../sceneColumns.ts";
import { sceneColumns } from "../sceneColumns.ts";
import type { MeasuredRow, Problem } from "../store/outcome.ts";
import { readOutcome } from "../store/outcome.ts";
import { PART_NAMES, SceneReader } from "./cell.ts";
import { MEASURES, SCENE_COLUMNS } from "./measures.ts";
import { type BaselineChoice, type Plan, type PlanCell, SEED_AXIS } from "./plan.ts";

/**
 * One row for each of `cells` that has an outcome, in the order of the plan: the axes, what was
 * run, what was measured, the comparison with the baseline, the intervals over seeds, and for a failed
 * cell why and how to see it again.
 */
export function sweepTable(
  plan: Plan,
  cells: readonly PlanCell[],
  textOf: (key: string) => string | undefined,
  replay: (cell: PlanCell) => string,
): ColumnTable {
  const done = cells.filter(({ key }) => textOf(key) !== undefined);
  const outcomes = done.map(({ key }) => readOutcome(textOf(key)!));
  const columns = new Map<string, readonly unknown[]>();
  plan.axes.forEach(({ name, labels }, axis) => {
    columns.set(
      name,
      done.map((cell) => labels[cell.labels[axis]!]),
    );
  });
  addSceneColumns(columns, done);
  for (const name of MEASURES) {
    columns.set(
      name,
      outcomes.map(({ row }) => (row as MeasuredRow | undefined)?.[name] ?? null),
    );
  }
  const table = compared(tableOf(columns), plan);
  const problems = outcomes.map(({ problem }) => problem);
  return withProblems(table, done, problems, replay);
}

/** Axes come first and keep their labels where a scene has a column of that name too. */
function addSceneColumns(
  columns: Map<string, readonly unknown[]>,
  cells: readonly PlanCell[],
): void {
  const scenes = new SceneNames();
  const rows = cells.map((cell) => scenes.row(cell));
  for (const name of SCENE_COLUMNS) {
    if (columns.has(name)) continue;
    columns.set(
      name,
      name === "seed" ? cells.map(({ seed }) => seed) : rows.map((row) => row[name]),
    );
  }
}

/** The names of scenes; cells that differ in nothing but the seed share them. */
class SceneNames {
  private readonly reader = new SceneReader();
  private readonly known = new Map<string, SummaryRow>();

  row(cell: PlanCell): SummaryRow {
    const id = PART_NAMES.map((name) => cell.parts[name].id).join();
    const known = this.known.get(id);
    if (known !== undefined) return known;
    const row = sceneColumns(this.reader.scene(cell));
    this.known.set(id, row);
    return row;
  }
}

function compared(table: ColumnTable, plan: Plan): ColumnTable {
  const names = plan.axes.map(({ name }) => name);
  const beside = besideBaseline(table, plan.baseline, names);
  if (!names.includes(SEED_AXIS)) return beside;
  return withIntervals(beside, { by: names.filter((name) => name !== SEED_AXIS) });
}

/** A sweep that was interrupted may have no row of its baseline yet. */
function besideBaseline(
  table: ColumnTable,
  baseline: BaselineChoice | null,
  axes: readonly string[],
): ColumnTable {
  if (baseline === null) return table;
  const { axis, label } = baseline;
  if (!columnValues(table, axis).includes(label)) return table;
  return withBaseline(table, {
    baseline: label,
    by: axis,
    over: axes.filter((name) => name !== axis),
  });
}

function withProblems(
  table: ColumnTable,
  cells: readonly PlanCell[],
  problems: readonly (Problem | undefined)[],
  replay: (cell: PlanCell) => string,
): ColumnTable {
  const columns = new Map(table.columnNames().map((name) => [name, columnValues(table, name)]));
  columns.set(
    "error",
    problems.map((problem) => (problem === undefined ? null : problemLine(problem))),
  );
  columns.set(
    "replay",
    problems.map((problem, row) => (problem === undefined ? null : replay(cells[row]!))),
  );
  return tableOf(columns);
}

/** `timeout: took longer than 5000 ms` */
function problemLine({ kind, message }: Problem): string {
  return kind === "threw" ? message : `${kind}: ${message}`;
}
