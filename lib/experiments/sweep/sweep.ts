/** Sweeps: the same experiment at every combination of some values, in one table. */
import {
  checkBoolean,
  checkInteger,
  checkKeys,
  checkNumber,
  checkOneOf,
  checkString,
} from "../../base/check.ts";
import { impossible, invalid, unknownColumn, unknownName } from "../../base/messages.ts";
import type { ColumnTable } from "../../tables/frame.ts";
import type { Executor } from "../executors/executor.ts";
import { inProcess } from "../executors/inProcess.ts";
import { limitsFor } from "../executors/limits.ts";
import { threads } from "../executors/threads.ts";
import type { Scene } from "../scene.ts";
import { FSYNC_NAMES, type Fsync } from "../store/segment.ts";
import type { Axes, Label, Point } from "./axes.ts";
import { type CoordinateOptions, coordinate } from "./coordinate.ts";
import { MEASURES } from "./measures.ts";
import { ownProgress } from "./ownProgress.ts";
import {
  type BaselineChoice,
  type Build,
  type Keep,
  type Plan,
  type PlanChoices,
  planOf,
  SEED_AXIS,
  type StopRule,
} from "./plan.ts";
import type { SweepProgress } from "./progress.ts";
import { SweepStore } from "./sweepStore.ts";

/** Options of {@link sweep}. None but `baseline` and `stop` changes the table. */
export interface SweepOptions {
  /** Folder that keeps the results; cells that it has are not computed again. Default: memory. */
  readonly store?: string;
  /** `threads` (default), `in-process`, or one made by `sd.executor`. */
  readonly executor?: "threads" | "in-process" | Executor;
  /** Threads of the default executor, and of no other. Default: one for each CPU. */
  readonly workers?: number;
  /** The label that the others of its axis are compared with: `{ linux: "mainline" }`. */
  readonly baseline?: Readonly<Record<string, Label>>;
  /**
   * Leave out seeds once the mean of `column` is known well enough: half the 95 % interval is at
   * most `withinPct` of the mean, after at least `minSeeds` seeds (default 3).
   */
  readonly stop?: { readonly column: string; readonly withinPct: number; minSeeds?: number };
  /** A cell that takes longer, ms, fails; 0: no limit. Default 0. */
  readonly timeoutMs?: number;
  /** Heap of a worker, MB. Default 2048. Not in-process, which refuses it. */
  readonly memoryMb?: number;
  /** How often a cell is tried that ends its worker or exceeds a limit. Default 2. */
  readonly attempts?: number;
  /** Compute the failed cells of the store again. Default false. */
  readonly retryFailed?: boolean;
  /** When rows are forced to the disk. Default `second`. */
  readonly fsync?: Fsync;
  /** Ends the sweep: what is done stays in the store. The notebook cell's ends it as well. */
  readonly signal?: AbortSignal;
  /**
   * Called up to five times a second, and at the end. Default: shows progress in the running cell
   * of a notebook, or on the terminal.
   */
  readonly onProgress?: (progress: SweepProgress) => void;
}

const KEYS = [
  ...["store", "executor", "workers", "baseline", "stop", "timeoutMs", "memoryMb", "attempts"],
  ...["retryFailed", "fsync", "signal", "onProgress"],
];

/**
 * Simulates the scene that `build` makes of every combination of the axes; a combination for which
 * it returns undefined is left out. The axis `seed`, if there is one, holds repetitions.
 *
 * The table has one row for each combination, the last axis changing fastest; see the schema
 * `sweep`: the axes, what was run, what was measured, the comparison with the baseline, and for
 * each measure `<column>_ci95`, half the 95 % interval of the mean over the seeds. A cell that
 * fails is a row with its error and a line that shows it again.
 *
 * Throws SD001…SD005 before anything runs for combinations that cannot be, SD014 when a cell comes
 * out differently than stored, SD015, everything done kept, when it is interrupted.
 */
export async function sweep<const A extends Axes>(
  axes: A,
  build: (point: Point<A>) => Scene | undefined,
  options: SweepOptions = {},
): Promise<ColumnTable> {
  return await computeSweep(axes, build as Build, options);
}

/** A sweep over the combinations that `keep` says; see {@link sweep}. */
export async function computeSweep(
  axes: Axes,
  build: Build,
  options: SweepOptions,
  keep?: Keep,
): Promise<ColumnTable> {
  const executor = chooseExecutor(options);
  const coordination = readCoordination(executor, options);
  const plan = planOf(axes, build, readChoices(axes, options), keep);
  const store = SweepStore.create(options.store, plan);
  await coordinate(store, executor, coordination);
  return store.table();
}

/** Throws SD002 for an option that a sweep does not have. */
export function checkSweepOptions(options: SweepOptions): void {
  checkKeys("sweep", options, KEYS);
}

/** The executor that the options name. Throws SD001…SD004 for options that do not fit. */
function chooseExecutor(options: SweepOptions): Executor {
  checkSweepOptions(options);
  const { executor = "threads", workers } = options;
  if (executor === "threads") return threads(workers === undefined ? {} : { workers });
  if (workers !== undefined) throw impossible("workers", workers, "for the executor threads only");
  if (typeof executor === "object" && executor !== null) return executor;
  checkOneOf("executor", executor, ["threads", "in-process"]);
  return inProcess();
}

/** How a sweep is run, with defaults. Throws SD001…SD004 for options that do not fit. */
export function readCoordination(executor: Executor, options: SweepOptions): CoordinateOptions {
  const { retryFailed = false, fsync = "second", onProgress = ownProgress() } = options;
  return {
    limits: limitsFor(executor, options),
    retryFailed: checkBoolean("retryFailed", retryFailed),
    fsync: checkOneOf("fsync", fsync, FSYNC_NAMES),
    signal: options.signal,
    onProgress,
  };
}

function readChoices(axes: Axes, { baseline, stop }: SweepOptions): PlanChoices {
  return { baseline: readBaseline(axes, baseline), stop: readStop(axes, stop) };
}

function readBaseline(axes: Axes, given: SweepOptions["baseline"]): BaselineChoice | null {
  if (given === undefined) return null;
  const entries = Object.entries(given);
  const [entry] = entries;
  if (entry === undefined || entries.length > 1) {
    throw invalid("baseline", given, 'one axis and a label of it: { linux: "mainline" }');
  }
  const [axis, label] = entry;
  const values = axes[axis];
  if (values === undefined) throw unknownName("axis of baseline", axis, Object.keys(axes));
  const labels: readonly Label[] = Array.isArray(values) ? values : Object.keys(values);
  if (!labels.includes(label)) throw unknownName("baseline", label, labels.map(String));
  return { axis, label };
}

function readStop(axes: Axes, given: SweepOptions["stop"]): StopRule | null {
  if (given === undefined) return null;
  checkKeys("stop", given, ["column", "withinPct", "minSeeds"]);
  const { column, withinPct, minSeeds = 3 } = given;
  if (axes[SEED_AXIS] === undefined) throw invalid("stop", given, "an axis of seeds: { seed: [] }");
  if (!MEASURES.includes(checkString("column", column))) throw unknownColumn(column, MEASURES);
  return {
    column,
    withinPct: checkNumber("withinPct", withinPct, 0, 100),
    minSeeds: checkInteger("minSeeds", minSeeds, 2, 1e6),
  };
}

/** The plan of a sweep without running it; see {@link sweep}. */
export function planSweep<const A extends Axes>(
  axes: A,
  build: (point: Point<A>) => Scene | undefined,
  options: Pick<SweepOptions, "baseline" | "stop"> = {},
): Plan {
  return planOf(axes, build as Build, readChoices(axes, options));
}
