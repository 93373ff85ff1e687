/** Finds where a policy begins to pay: sweeps, and looks closer where the sign changes. */
import { checkInteger, checkNumber } from "../../base/check.ts";
import { invalid, missing, unknownName } from "../../base/messages.ts";
import type { ColumnTable } from "../../tables/frame.ts";
import { columnValues } from "../../tables/frame.ts";
import type { Scene } from "../scene.ts";
import type { Axes, Label, Point } from "./axes.ts";
import { type Crossing, type FrontierOptions, frontier, linesOf } from "./frontier.ts";
import { SEED_AXIS } from "./plan.ts";
import { computeSweep, type SweepOptions } from "./sweep.ts";

/** Options of {@link breakEven}: those of a sweep, with a `baseline`, and where to look. */
export interface BreakEvenOptions extends SweepOptions {
  /** The axis of numbers that is refined. */
  readonly along: string;
  /** What pays where it is above zero. Default `cpu_saved_ns`. */
  readonly of?: string;
  /** How close the neighbours of a crossing must be, relative to the larger one. Default 0.05. */
  readonly within?: number;
  /** Most rounds of looking closer, each of which halves the distance. Default 8. */
  readonly rounds?: number;
}

/** The sweep with the values that were added, and its crossings. */
export interface BreakEven {
  readonly table: ColumnTable;
  /** As `sd.frontier` makes it; one row for each label of the baseline's axis and the others. */
  readonly frontier: ColumnTable;
}

/**
 * Sweeps, then adds values to the axis `along` between the neighbours of each change of sign, for
 * those combinations only that have it, until they are close. Whole numbers stay whole. Throws as
 * `sweep`, and SD001…SD003 for options that do not fit.
 */
export async function breakEven<const A extends Axes>(
  axes: A,
  build: (point: Point<A>) => Scene | undefined,
  options: BreakEvenOptions,
): Promise<BreakEven> {
  const { along, of = "cpu_saved_ns", within = 0.05, rounds = 8, ...sweepOptions } = options;
  checkNumber("within", within, 0.000_001, 1);
  checkInteger("rounds", rounds, 0, 60);
  const grid = new RefinedGrid(axes, along, baselineOf(options));
  for (let round = 0; ; round++) {
    const { axes: current, keep } = grid;
    const table = await computeSweep(current, build as never, sweepOptions, keep);
    const question: FrontierOptions = { along, by: grid.by, of };
    if (round === rounds || !grid.refine(table, question, within)) {
      return { table, frontier: frontier(table, question) };
    }
  }
}

function baselineOf({ baseline }: BreakEvenOptions): readonly [axis: string, label: Label] {
  const [entry] = Object.entries(baseline ?? {});
  if (entry === undefined) throw missing("baseline", 'the label to compare with: { linux: "…" }');
  return entry;
}

/** The values of one axis, and which combinations of the others have the added ones. */
class RefinedGrid {
  /** The axes that tell lines apart. */
  readonly by: readonly string[];
  private readonly given: Axes;
  private readonly along: string;
  private readonly baseline: readonly [axis: string, label: Label];
  private readonly first: readonly number[];
  /** Added value → the lines that have it, as texts of their labels. */
  private readonly added = new Map<number, Set<string>>();

  constructor(axes: Axes, along: string, baseline: readonly [axis: string, label: Label]) {
    const values = axes[along];
    if (values === undefined) throw unknownName("axis", along, Object.keys(axes));
    const numbers = Array.isArray(values) && values.every((value) => typeof value === "number");
    if (!numbers || values.length < 2)
      throw invalid(along, values, "a list of two or more numbers");
    this.given = axes;
    this.along = along;
    this.baseline = baseline;
    this.first = values as readonly number[];
    this.by = Object.keys(axes).filter((name) => name !== along && name !== SEED_AXIS);
  }

  /** The axes with all values. */
  get axes(): Axes {
    const values = [...this.first, ...this.added.keys()].sort((a, b) => a - b);
    return { ...this.given, [this.along]: values };
  }

  /** Whether a combination of labels is part of the sweep. */
  readonly keep = (labels: Readonly<Record<string, Label>>): boolean => {
    const lines = this.added.get(labels[this.along] as number);
    return lines === undefined || lines.has(this.lineOf(labels));
  };

  /** Adds the middle of each crossing that is not close enough; false when there is none. */
  refine(table: ColumnTable, question: FrontierOptions, within: number): boolean {
    let any = false;
    const columns = this.by.map((name) => columnValues(table, name));
    for (const { row, crossing } of linesOf(table, question)) {
      const middle = crossing === undefined ? undefined : this.middleOf(crossing, within);
      if (middle === undefined) continue;
      const labels = Object.fromEntries(
        this.by.map((name, i) => [name, columns[i]![row] as Label]),
      );
      const lines = this.added.get(middle) ?? new Set();
      // The line, and the baseline beside it.
      lines.add(this.lineOf(labels)).add(this.lineOf({ ...labels, ...this.baselineLabels() }));
      this.added.set(middle, lines);
      any = true;
    }
    return any;
  }

  private middleOf({ lo, hi }: Crossing, within: number): number | undefined {
    if (hi - lo <= within * Math.max(Math.abs(lo), Math.abs(hi))) return undefined;
    const far = lo > 0 && hi / lo > 4;
    const middle = far ? Math.sqrt(lo * hi) : (lo + hi) / 2;
    const value = this.first.every(Number.isInteger) ? Math.round(middle) : middle;
    return value > lo && value < hi ? value : undefined;
  }

  private baselineLabels(): Readonly<Record<string, Label>> {
    return { [this.baseline[0]]: this.baseline[1] };
  }

  private lineOf(labels: Readonly<Record<string, Label>>): string {
    return JSON.stringify(this.by.map((name) => labels[name]));
  }
}
