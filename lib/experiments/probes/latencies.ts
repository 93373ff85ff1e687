/** How long operations took on this machine: distributions, beside what the model says. */
import { meanInterval } from "../../base/studentT.ts";
import { latencyLines } from "../../observed/latencyCsv.ts";
import type { ColumnTable } from "../../tables/frame.ts";
import { tableFrom } from "../../tables/frame.ts";
import { whyInvalid } from "./probe.ts";
import type { MachineOrigin } from "./provenance.ts";
import type { Repetition } from "./window.ts";

/** An operation that can be timed. */
export type LatencyName =
  | ("collapse" | "munmap" | "mprotect" | "dontneed" | "membarrier")
  | ("futexShared" | "futexPrivate" | "clock");

/** All operations that can be timed; `clock` is what reading the clock takes itself. */
export const LATENCIES: readonly LatencyName[] = [
  ...(["collapse", "munmap", "mprotect", "dontneed", "membarrier"] as const),
  ...(["futexShared", "futexPrivate", "clock"] as const),
];

/** One repetition of one operation. */
export interface LatencyRepetition {
  readonly operation: LatencyName;
  /** Calls of one sample: their mean is taken. */
  readonly block: number;
  /** ns of one call. */
  readonly samples: readonly number[];
  readonly priority: "fifo" | "normal";
  /** What was counted meanwhile, and whether it was disturbed. */
  readonly window: Repetition;
}

/** Where and how they were measured. */
export interface LatencyOrigin extends MachineOrigin {
  readonly threads: number;
  readonly siblings: "spin" | "sleep";
  readonly siblingCpus: readonly number[];
  readonly notes: readonly string[];
}

const COLUMNS = [
  ...["operation", "samples", "min_ns", "median_ns", "median_ci95", "p99_ns", "max_ns"],
  ...["mean_ns", "model_ns", "repetitions", "remark"],
];

/** All latencies of one probe. */
export class Latencies {
  readonly provenance: LatencyOrigin;
  readonly repetitions: readonly LatencyRepetition[];
  /** Mean ns by operation in the model of this machine; null where it has none. */
  readonly model: Readonly<Record<string, number | null>>;

  constructor(
    provenance: LatencyOrigin,
    repetitions: readonly LatencyRepetition[],
    model: Readonly<Record<string, number | null>>,
  ) {
    this.provenance = provenance;
    this.repetitions = repetitions;
    this.model = model;
    Object.freeze(this);
  }

  /** Repetitions in which siblings ran all the time, nothing failed and little was stolen. */
  valid(): readonly LatencyRepetition[] {
    return this.repetitions.filter(({ window }) => whyInvalid(window) === "");
  }

  /**
   * One row for each operation: least, median, 99th percentile, largest and mean of all valid
   * samples, and half the width of the 95 % interval of the median over repetitions. The row
   * `gupFast` is the shared futex less the private one, repetition by repetition. `model_ns` is the
   * mean of the model, null where it has no such operation; its costs are those of a platform like
   * this one, so that only large differences mean something.
   */
  table(): ColumnTable {
    const valid = this.valid();
    const names = [...new Set(this.repetitions.map(({ operation }) => operation))];
    const rows = names.map((name) => this.#row(name, valid));
    const walk = this.#walk(valid);
    return tableFrom(walk === undefined ? rows : [...rows, walk], COLUMNS);
  }

  #row(name: LatencyName, valid: readonly LatencyRepetition[]): Record<string, unknown> {
    const own = valid.filter(({ operation }) => operation === name);
    const medians = own.map(({ samples }) => quantile(ascending(samples), 0.5)!);
    const all = ascending(own.flatMap(({ samples }) => samples));
    const blocks = own[0]?.block ?? 1;
    return {
      operation: name,
      samples: all.length,
      min_ns: all[0] ?? null,
      median_ns: quantile(all, 0.5),
      median_ci95: meanInterval(medians).half,
      p99_ns: quantile(all, 0.99),
      max_ns: all.at(-1) ?? null,
      mean_ns: meanInterval(all).mean,
      model_ns: this.model[name] ?? null,
      repetitions: own.length,
      remark: remarkOf(name, own.length, blocks),
    };
  }

  /** The difference of two medians of one repetition knows no single call: only its interval. */
  #walk(valid: readonly LatencyRepetition[]): Record<string, unknown> | undefined {
    const medians = (name: LatencyName): number[] =>
      valid
        .filter(({ operation }) => operation === name)
        .map(({ samples }) => quantile(ascending(samples), 0.5)!);
    const [shared, alone] = [medians("futexShared"), medians("futexPrivate")];
    const pairs = Math.min(shared.length, alone.length);
    if (pairs === 0) return undefined;
    const differences = shared.slice(0, pairs).map((ns, i) => ns - alone[i]!);
    const { mean, half } = meanInterval(differences);
    return {
      ...Object.fromEntries(COLUMNS.map((name) => [name, null])),
      operation: "gupFast",
      samples: pairs,
      median_ns: mean,
      median_ci95: half,
      model_ns: this.model.gupFast ?? null,
      repetitions: pairs,
      remark: "shared futex less private futex",
    };
  }

  /** One row for each repetition, with what makes it doubtful. */
  checks(): ColumnTable {
    return tableFrom(
      this.repetitions.map(({ operation, priority, window }) => ({
        operation,
        priority,
        siblings_spun: window.spun,
        steal_pct: window.stealPct,
        running: window.running,
        invalid: whyInvalid(window),
      })),
    );
  }

  /** The valid samples as CSV: `shootdown import` reads it. */
  toCsv(): string {
    const { kernel, cpus, threads, siblings } = this.provenance;
    return latencyLines(
      this.valid().map(({ operation, priority, block, samples }, repetition) => ({
        ...{ kernel, cpus, threads, siblings, operation, priority, repetition, block, samples },
      })),
    );
  }
}

function remarkOf(name: LatencyName, repetitions: number, block: number): string {
  if (repetitions === 0) return "no repetition is valid";
  if (name === "collapse") return "without other threads";
  return block === 1 ? "" : `means of ${block} calls`;
}

function ascending(values: readonly number[]): number[] {
  return [...values].sort((left, right) => left - right);
}

/** The sample below which a share of all lies; null without any. */
function quantile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? null;
}
