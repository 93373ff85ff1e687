/** The outcomes of a sweep as one table. */
import { baselineColumns } from "../../tables/compare.ts";
import { intervalColumns } from "../../tables/confidence.ts";
import type { ColumnTable } from "../../tables/frame.ts";
import { tableOf } from "../../tables/frame.ts";
import type { SummaryRow } from "../sceneColumns.ts";
import { sceneColumns } from "../sceneColumns.ts";
import type { MeasuredRow, Outcome, Problem } from "../store/outcome.ts";
import { readOutcome } from "../store/outcome.ts";
import { PART_NAMES, SceneReader } from "./cell.ts";
import { MEASURES, SCENE_COLUMNS } from "./measures.ts";
import { type BaselineChoice, type Plan, type PlanCell, SEED_AXIS } from "./plan.ts";

/**
 * One row for each of `cells` that has an outcome, in the order of the plan: the axes, what was
 * run, what was measured, the comparison with the baseline, the intervals over seeds, and for a
 * failed cell why and how to see it again.
 */
export function sweepTable(
  plan: Plan,
  cells: readonly PlanCell[],
  textOf: (key: string) => string | undefined,
  replay: (cell: PlanCell) => string,
): ColumnTable {
  const done: PlanCell[] = [];
  const outcomes: Outcome[] = [];
  for (const cell of cells) {
    const text = textOf(cell.key);
    if (text === undefined) continue;
    done.push(cell);
    outcomes.push(readOutcome(text));
  }
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
  addComparison(columns, plan);
  addProblems(columns, done, outcomes, replay);
  return tableOf(columns);
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
  private readonly byParts = new Map<PlanCell["parts"], SummaryRow>();
  private readonly known = new Map<string, SummaryRow>();

  /** Cells that were read from a file have the same object where they have the same parts. */
  row(cell: PlanCell): SummaryRow {
    const known = this.byParts.get(cell.parts);
    if (known !== undefined) return known;
    const row = this.rowOf(cell);
    this.byParts.set(cell.parts, row);
    return row;
  }

  private rowOf(cell: PlanCell): SummaryRow {
    const id = PART_NAMES.map((name) => cell.parts[name].id).join();
    const known = this.known.get(id);
    if (known !== undefined) return known;
    const row = sceneColumns(this.reader.scene(cell));
    this.known.set(id, row);
    return row;
  }
}

function addComparison(columns: Map<string, readonly unknown[]>, plan: Plan): void {
  const names = plan.axes.map(({ name }) => name);
  addAll(columns, besideBaseline(columns, plan.baseline, names));
  if (!names.includes(SEED_AXIS)) return;
  addAll(columns, intervalColumns(columns, { by: names.filter((name) => name !== SEED_AXIS) }));
}

function addAll(
  to: Map<string, readonly unknown[]>,
  added: Iterable<[string, readonly unknown[]]>,
): void {
  for (const [name, values] of added) to.set(name, values);
}

/** A sweep that was interrupted may have no row of its baseline yet. */
function besideBaseline(
  columns: ReadonlyMap<string, readonly unknown[]>,
  choice: BaselineChoice | null,
  axes: readonly string[],
): ReadonlyMap<string, readonly unknown[]> {
  if (choice === null) return new Map();
  const { axis, label } = choice;
  if (!columns.get(axis)!.includes(label)) return new Map();
  const over = axes.filter((name) => name !== axis);
  return baselineColumns(columns, { baseline: label, by: axis, over });
}

function addProblems(
  columns: Map<string, readonly unknown[]>,
  cells: readonly PlanCell[],
  outcomes: readonly Outcome[],
  replay: (cell: PlanCell) => string,
): void {
  columns.set(
    "error",
    outcomes.map(({ problem }) => (problem === undefined ? null : problemLine(problem))),
  );
  columns.set(
    "replay",
    outcomes.map(({ problem }, row) => (problem === undefined ? null : replay(cells[row]!))),
  );
}

/** `timeout: took longer than 5000 ms` */
function problemLine({ kind, message }: Problem): string {
  return kind === "threw" ? message : `${kind}: ${message}`;
}
