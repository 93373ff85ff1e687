/**
 * Agreement of the model with interrupts counted on real kernels, for any file in the format of the
 * lab. Every run is predicted from its parameters; the measured row is only compared.
 */
import { canonicalJson } from "../base/canonical.ts";
import type { ArchKind } from "../machine/arch.ts";
import { archKinds, interruptRows } from "../machine/arch.ts";
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
  /** Largest median of the net difference on the call row: x86 (CAL), arm64 (IPI1) and POWER. */
  readonly callMedian: Readonly<Record<ArchKind, number>>;
  /** 95th percentile of the same. */
  readonly callP95: number;
  /** Largest share of runs that count at least two calls fewer than predicted, percent. */
  readonly callBelowPct: number;
  /** Least share of exact TLB rows on native boots under SCHED_FIFO, percent. */
  readonly fifoTlbExactPct: number;
} = {
  tlbExactPct: 99.5,
  callMedian: { x86: 0, arm64: 1, powerpc: 1 },
  callP95: 7,
  callBelowPct: 1,
  fifoTlbExactPct: 90,
};

/** The row of `/proc/interrupts` that counts calls, and the one that counts flush handlers. */
export type RowKind = "call" | "flush";

/** One covered run: what was predicted and what was counted. */
export interface AgreementRow {
  readonly boot: string;
  readonly case: string;
  readonly params: string;
  readonly run: number;
  readonly arch: ArchKind;
  /** `CAL`, `TLB`, `IPI1` or `16`. */
  readonly row: string;
  readonly kind: RowKind;
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
  /** Runs that counted at least two fewer than predicted. */
  readonly below: number;
  readonly vectorsExact: number;
}

/** A run that no closed rule covers, and why. */
export interface UncoveredRun {
  readonly boot: string;
  readonly case: string;
  readonly params: string;
  readonly run: number;
  readonly reason: string;
}

/** What a file says about the model. */
export interface Validation {
  readonly rows: readonly AgreementRow[];
  readonly native: readonly AgreementRow[];
  /** How many runs no closed rule covers, by reason. */
  readonly uncovered: Readonly<Record<string, number>>;
  /** The same runs by name. */
  readonly uncoveredRuns: readonly UncoveredRun[];
  readonly runs: number;
  /** Runs on emulated machines, covered or not. */
  readonly emulated: number;
}

/** Compares every run; `onRun` is told the number of runs done. */
export function validate(
  runs: Iterable<LabRun>,
  onRun: (done: number) => void = () => {},
): Validation {
  const rows: AgreementRow[] = [];
  const native: AgreementRow[] = [];
  const uncoveredRuns: UncoveredRun[] = [];
  const predict = memoisedPrediction();
  let done = 0;
  let emulated = 0;
  for (const run of runs) {
    const boot = parseBootName(run.boot);
    if (!boot.native) emulated++;
    const found = labCase(run, boot);
    if (found.scene === undefined) {
      uncoveredRuns.push({ ...nameOf(run), reason: found.uncovered });
    } else {
      const target = boot.native ? native : rows;
      const { scene, openCal } = found;
      target.push(...compareRun(run, scene, { rows: predict(scene), openCal }));
    }
    onRun(++done);
  }
  const uncovered = countBy(uncoveredRuns.map(({ reason }) => reason));
  return { rows, native, uncovered, uncoveredRuns, runs: done, emulated };
}

/** Which run it was. */
function nameOf(run: LabRun): Pick<AgreementRow, "boot" | "case" | "params" | "run"> {
  return { boot: run.boot, case: run.caseName, params: run.paramsText, run: run.run };
}

/** How often each text occurs, in the order of their first occurrence. */
export function countBy(texts: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const text of texts) counts[text] = (counts[text] ?? 0) + 1;
  return counts;
}

type Prediction = Readonly<Record<string, readonly number[]>>;

/** Repetitions of a case are predicted once. */
function memoisedPrediction(): (scene: Required<Scene>) => Prediction {
  const known = new Map<string, Prediction>();
  return (scene) => {
    const { machine, linux, backend, workload } = scene;
    const key = canonicalJson({
      machine: [machine.arch, machine.cpus, machine.idle],
      linux: [
        linux.release,
        linux.preemptRt,
        linux.policies().map(({ name, options }) => [name, options]),
      ],
      backend: backend.name,
      workload,
    });
    const found = known.get(key);
    if (found !== undefined) return found;
    const rows = simulate(scene).result.rows;
    known.set(key, rows);
    return rows;
  };
}

function compareRun(run: LabRun, scene: Required<Scene>, found: Predicted): AgreementRow[] {
  const { arch } = scene.machine;
  const { call, flush } = interruptRows(arch);
  const rows: [row: string | null, kind: RowKind][] = [
    [call, "call"],
    [flush, "flush"],
  ];
  return rows.flatMap(([row, kind]): AgreementRow[] => {
    const counted = row === null ? undefined : run.rows[row];
    if (row === null || counted === undefined) return [];
    const vector = found.rows[row] ?? [];
    const predicted = vector.reduce((sum, count) => sum + count, 0);
    const difference = counted.delta - predicted;
    const background = Math.min(Math.max(counted.baseDelta, 0), Math.max(difference, 0));
    return [
      {
        ...nameOf(run),
        arch: arch.kind,
        row,
        kind,
        predicted,
        measured: counted.delta,
        difference,
        net: difference - background,
        open: (kind === "call" ? found.openCal : undefined) ?? null,
        vectorExact: counted.perCpu?.every((count, cpu) => count === vector[cpu]) ?? null,
      },
    ];
  });
}

interface Predicted {
  readonly rows: Prediction;
  readonly openCal: string | undefined;
}

/** Which differences an {@link Agreement} is about. */
export type Measure = "difference" | "net";

/** Statistics of one kind of row over many runs; `rows` that are open are left out. */
export function agreementOf(
  rows: readonly AgreementRow[],
  kind: RowKind,
  measure: Measure = "difference",
): Agreement {
  const chosen = rows.filter((one) => one.kind === kind && one.open === null);
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
    below: differences.filter((difference) => difference < -1).length,
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
  const tlb = agreementOf(validation.rows, "flush");
  if (tlb.exactPct < BOUNDS.tlbExactPct) {
    missed.push(`TLB exact on ${tlb.exactPct.toFixed(2)} % of runs, not ${BOUNDS.tlbExactPct} %`);
  }
  for (const arch of archKinds) missed.push(...missedCallBounds(validation.rows, arch));
  const fifo = validation.native.filter((one) => bootOf(one).priority === "fifo");
  const native = agreementOf(fifo, "flush");
  if (native.exactPct < BOUNDS.fifoTlbExactPct) {
    const share = native.exactPct.toFixed(2);
    missed.push(`FIFO boots: TLB exact on ${share} %, not ${BOUNDS.fifoTlbExactPct} %`);
  }
  return missed;
}

/** The bounds of one architecture's call row. */
function missedCallBounds(rows: readonly AgreementRow[], arch: ArchKind): string[] {
  const missed: string[] = [];
  const own = rows.filter((one) => one.arch === arch);
  const call = agreementOf(own, "call", "net");
  const name = own.find(({ kind }) => kind === "call")?.row ?? "";
  const median = BOUNDS.callMedian[arch];
  if (Math.abs(call.median) > median) {
    const wanted = median === 0 ? "0" : `at most ${median}`;
    missed.push(`${name} median net difference ${call.median}, not ${wanted}`);
  }
  if (call.p95 > BOUNDS.callP95) {
    missed.push(`${name} 95th percentile, net: ${call.p95}, not at most ${BOUNDS.callP95}`);
  }
  const belowPct = call.runs === 0 ? 0 : (100 * call.below) / call.runs;
  if (belowPct > BOUNDS.callBelowPct) {
    const share = `${belowPct.toFixed(2)} % of runs`;
    missed.push(`${name} below the prediction by 2 or more in ${share}, not 1 %`);
  }
  return missed;
}

function bootOf(row: AgreementRow): BootName {
  return parseBootName(row.boot);
}
