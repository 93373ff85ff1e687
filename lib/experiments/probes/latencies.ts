/** How long operations took on this machine: distributions, beside what the model says. */
import { latencyLines } from "../../observed/latencyCsv.ts";
import type { ColumnTable } from "../../tables/frame.ts";
import { tableFrom } from "../../tables/frame.ts";
import type { LatencyName } from "./latencyOptions.ts";
import { distributions, type LatencyModel } from "./latencyTable.ts";
import { whyInvalid } from "./probe.ts";
import type { LatencyOrigin } from "./provenance.ts";
import type { Repetition } from "./window.ts";

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

/** All latencies of one probe. */
export class Latencies {
  readonly provenance: LatencyOrigin;
  readonly repetitions: readonly LatencyRepetition[];
  /** Mean ns by operation in the model of this machine; null where it has none. */
  readonly model: LatencyModel;

  constructor(
    provenance: LatencyOrigin,
    repetitions: readonly LatencyRepetition[],
    model: LatencyModel,
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
    const names = [...new Set(this.repetitions.map(({ operation }) => operation))];
    return distributions(names, this.valid(), this.model);
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
