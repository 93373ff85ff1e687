/**
 * Agreement of the model with interrupts counted on real kernels, for any file in the format of the
 * lab. Every run is predicted from its parameters; the measured row is only compared.
 */
import { canonicalJson } from "../base/canonical.ts";
import type { BootName } from "../observed/bootName.ts";
import { parseBootName } from "../observed/bootName.ts";
import type { LabRun } from "../observed/labRun.ts";
import { labCase } from "./lab/labCase.ts";
import type { Scene } from "./scene.ts";
import { simulate } from "./simulate.ts";

/** Bounds that the emulated runs must hold. */
export const BOUNDS: {
  /** Least share of runs whose TLB row is exact, percent. */
  readonly tlbExactPct: number;
  /** Median and 95th percentile of the net difference on the CAL row. */
  readonly calMedian: number;
  readonly calP95: number;
  /** Least share of exact TLB rows on native boots under SCHED_FIFO, percent. */
  readonly fifoTlbExactPct: number;
} = { tlbExactPct: 99.5, calMedian: 0, calP95: 7, fifoTlbExactPct: 90 };

/** One covered run: what was predicted and what was counted. */
export interface AgreementRow {
  readonly boot: string;
  readonly case: string;
  readonly params: string;
  readonly run: number;
  readonly row: "CAL" | "TLB";
  readonly predicted: number;
  readonly measured: number;
  /** measured − predicted. */
  readonly difference: number;
  /**
   * The difference without the background: what the same machine counted in an idle window of the
   * same length, same threads, right after. Only an excess is background; a lack never is.
   */
  readonly net: number;
  /** Why this row also carries wake-ups that no rule counts; null when it does not. */
  readonly open: string | null;
  /** Every CPU's own count is predicted too. */
  readonly vectorExact: boolean | null;
}

/** Statistics of many differences (measured − predicted). */
export interface Agreement {
  readonly runs: number;
  readonly exact: number;
  readonly exactPct: number;
  readonly median: number;
  readonly p95: number;
  readonly min: number;
  readonly max: number;
  readonly vectorsExact: number;
}

/** What a file says about the model. */
export interface Validation {
  readonly rows: readonly AgreementRow[];
  readonly native: readonly AgreementRow[];
  /** Runs that no closed rule covers, by reason. */
  readonly uncovered: Readonly<Record<string, number>>;
  readonly runs: number;
}

/** Compares every run; `onRun` is told the number of runs done. */
export function validate(
  runs: Iterable<LabRun>,
  onRun: (done: number) => void = () => {},
): Validation {
  const rows: AgreementRow[] = [];
  const native: AgreementRow[] = [];
  const uncovered: Record<string, number> = {};
  const predict = memoisedPrediction();
  let done = 0;
  for (const run of runs) {
    const boot = parseBootName(run.boot);
    const found = labCase(run, boot);
    if (found.scene === undefined) {
      uncovered[found.uncovered] = (uncovered[found.uncovered] ?? 0) + 1;
    } else {
      const target = boot.native ? native : rows;
      target.push(...compareRun(run, predict(found.scene), found.openCal));
    }
    onRun(++done);
  }
  return { rows, native, uncovered, runs: done };
}

type Prediction = Readonly<Record<string, readonly number[]>>;

/** Repetitions of a case are predicted once. */
function memoisedPrediction(): (scene: Required<Scene>) => Prediction {
  const known = new Map<string, Prediction>();
  return (scene) => {
    const { machine, linux, workload } = scene;
    const key = canonicalJson({
      cpus: machine.cpus,
      idle: machine.idle,
      release: linux.release,
      rt: linux.preemptRt,
      policy: linux.tableSync.name,
      workload,
    });
    const found = known.get(key);
    if (found !== undefined) return found;
    const rows = simulate(scene).result.rows;
    known.set(key, rows);
    return rows;
  };
}

function compareRun(
  run: LabRun,
  prediction: Prediction,
  openCal: string | undefined,
): AgreementRow[] {
  return (["CAL", "TLB"] as const).flatMap((row): AgreementRow[] => {
    const counted = run.rows[row];
    if (counted === undefined) return [];
    const vector = prediction[row] ?? [];
    const predicted = vector.reduce((sum, count) => sum + count, 0);
    const difference = counted.delta - predicted;
    const background = Math.min(Math.max(counted.baseDelta, 0), Math.max(difference, 0));
    return [
      {
        boot: run.boot,
        case: run.caseName,
        params: run.paramsText,
        run: run.run,
        row,
        predicted,
        measured: counted.delta,
        difference,
        net: difference - background,
        open: (row === "CAL" ? openCal : undefined) ?? null,
        vectorExact: counted.perCpu?.every((count, cpu) => count === vector[cpu]) ?? null,
      },
    ];
  });
}

/** Which differences an {@link Agreement} is about. */
export type Measure = "difference" | "net";

/** Statistics of one interrupt row over many runs; `rows` that are open are left out. */
export function agreementOf(
  rows: readonly AgreementRow[],
  row: "CAL" | "TLB",
  measure: Measure = "difference",
): Agreement {
  const chosen = rows.filter((one) => one.row === row && one.open === null);
  return statisticsOf(chosen, measure);
}

/** Statistics of any rows. */
export function statisticsOf(rows: readonly AgreementRow[], measure: Measure): Agreement {
  const differences = rows.map((one) => one[measure]).sort((left, right) => left - right);
  const exact = differences.filter((difference) => difference === 0).length;
  return {
    runs: rows.length,
    exact,
    exactPct: rows.length === 0 ? 100 : (100 * exact) / rows.length,
    median: quantile(differences, 0.5),
    p95: quantile(differences, 0.95),
    min: differences[0] ?? 0,
    max: differences.at(-1) ?? 0,
    vectorsExact: rows.filter((one) => one.vectorExact === true).length,
  };
}

/** The value below or at which a share of the sorted values lies (nearest rank). */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

/** The bounds that a file misses, in words; none when it holds them all. */
export function missedBounds(validation: Validation): readonly string[] {
  const missed: string[] = [];
  if (validation.rows.length + validation.native.length === 0) {
    missed.push("no run of this file is covered: nothing can be said");
  }
  const tlb = agreementOf(validation.rows, "TLB");
  const cal = agreementOf(validation.rows, "CAL", "net");
  if (tlb.exactPct < BOUNDS.tlbExactPct) {
    missed.push(`TLB exact on ${tlb.exactPct.toFixed(2)} % of runs, not ${BOUNDS.tlbExactPct} %`);
  }
  if (cal.median !== BOUNDS.calMedian) {
    missed.push(`CAL median net difference ${cal.median}, not ${BOUNDS.calMedian}`);
  }
  if (cal.p95 > BOUNDS.calP95) {
    missed.push(`CAL 95th percentile, net: ${cal.p95}, not at most ${BOUNDS.calP95}`);
  }
  const fifo = validation.native.filter((one) => bootOf(one).priority === "fifo");
  const native = agreementOf(fifo, "TLB");
  if (native.exactPct < BOUNDS.fifoTlbExactPct) {
    const share = native.exactPct.toFixed(2);
    missed.push(`FIFO boots: TLB exact on ${share} %, not ${BOUNDS.fifoTlbExactPct} %`);
  }
  return missed;
}

function bootOf(row: AgreementRow): BootName {
  return parseBootName(row.boot);
}
