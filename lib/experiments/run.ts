/** The result of one run, as tables. */

import { canonicalJson, digestOf } from "../base/canonical.ts";
import type { LogHistogramData } from "../base/histogram.ts";
import { LogHistogram } from "../base/histogram.ts";
import { missing, notRecorded } from "../base/messages.ts";
import { Value } from "../base/value.ts";
import type { EngineResult } from "../engine/engine.ts";
import type { CpuNoise } from "../engine/noise.ts";
import { interruptRows } from "../machine/arch.ts";
import type { CostKey } from "../machine/costs.ts";
import type { ColumnTable } from "../tables/frame.ts";
import { tableFrom, toTable } from "../tables/frame.ts";
import { noiseByCpuTable, noiseDistributionTable, noiseTable } from "./noiseTables.ts";
import type { Scene } from "./scene.ts";
import { machineAsSeen } from "./scene.ts";
import type { SummaryRow } from "./sceneColumns.ts";
import { sceneColumns } from "./sceneColumns.ts";
import { toFtraceText, toPerfettoJson } from "./traceExport.ts";

/** One run of a scene. Every figure is of the measured window. */
export class Run extends Value {
  readonly kind = "run";
  readonly scene: Required<Scene>;
  readonly result: EngineResult;

  constructor(scene: Required<Scene>, result: EngineResult) {
    super();
    this.scene = scene;
    this.result = result;
    Object.freeze(this);
  }

  /** Interrupts per CPU and row: cpu, irq, count. Same shape as `procInterrupts.delta`. */
  interrupts(): ColumnTable {
    const cpu: number[] = [];
    const irq: string[] = [];
    const count: number[] = [];
    for (const [row, counts] of Object.entries(this.result.rows)) {
      counts.forEach((value, i) => {
        cpu.push(i);
        irq.push(row);
        count.push(value);
      });
    }
    return toTable("interrupts", { cpu, irq, count });
  }

  /** Interrupts of one row, all CPUs together. A row the machine does not have counts 0. */
  total(irq: string): number {
    return (this.result.rows[irq] ?? []).reduce((sum, count) => sum + count, 0);
  }

  /** Durations in ns: what, count, ns_min, ns_p50, ns_p99, ns_max, ns_mean. */
  durations(): ColumnTable {
    const entries = this.histograms();
    const column = (of: (histogram: LogHistogram) => number): number[] =>
      entries.map(([, histogram]) => of(histogram));
    return toTable("durations", {
      what: entries.map(([what]) => what),
      count: column((one) => one.count),
      ns_min: column((one) => one.min),
      ns_p50: column((one) => one.quantile(0.5)),
      ns_p99: column((one) => one.quantile(0.99)),
      ns_max: column((one) => one.max),
      ns_mean: column((one) => one.mean),
    });
  }

  /** The distribution of one duration: lo, hi (ns) and count of each used bucket. */
  distribution(what: string): ColumnTable {
    const found = this.histograms().find(([name]) => name === what);
    if (found === undefined) {
      throw missing(
        `duration ${what}`,
        this.histograms()
          .map(([name]) => name)
          .join(", "),
      );
    }
    return tableFrom(found[1].buckets().map(({ lo, hi, count }) => ({ lo, hi, count })));
  }

  /** One row with the columns of the schema `summary`. */
  summary(): ColumnTable {
    return tableFrom([this.summaryRow()]);
  }

  /** The summary as plain data; `label` names the Linux, its policy without one. */
  summaryRow(label?: string): SummaryRow {
    return { ...sceneColumns(this.scene, label), ...this.measures() };
  }

  /** The columns of the summary that were measured, without those that say what was run. */
  measures(): SummaryRow {
    const { machine } = this.scene;
    const { tallies, startNs, endNs } = this.result;
    const gup = this.histogram("gup_fast");
    const { call, flush, reschedule } = interruptRows(machine.arch);
    const tlb = flush === null ? 0 : this.total(flush);
    const cal = this.total(call);
    return {
      duration_ns: endNs - startNs,
      operations: tallies.operations ?? 0,
      cal,
      tlb,
      sync_rounds: tallies.sync_rounds ?? 0,
      grace_periods: tallies.grace_periods ?? 0,
      flush_rounds: tallies.flush_rounds ?? 0,
      ipis: cal + (reschedule === call ? 0 : this.total(reschedule)),
      gup_calls: tallies.gup_calls ?? 0,
      gup_fast_ns_mean: gup.count === 0 ? null : gup.mean,
      gup_fast_ns_p99: gup.count === 0 ? null : gup.quantile(0.99),
      irq_off_delay_ns_max: orNull(this.histogram("irq_off_delay").max),
      costs_assumed: this.assumedCosts().length,
    };
  }

  /** Costs the run used that rest on an assumption. */
  assumedCosts(): readonly string[] {
    const { costs } = machineAsSeen(this.scene);
    return this.result.costKeys.filter((key) => costs[key as CostKey].evidence === "assumed");
  }

  /**
   * Trace events: ts_ns, cpu, event, detail, target, target_cpus, pages. Throws SD012 when
   * `simulate` was not asked for a trace.
   */
  trace(): ColumnTable {
    const { trace } = this.result;
    if (trace === undefined) throw notRecorded("trace", "simulate({ …, trace: 10_000 })");
    return toTable("trace", {
      ts_ns: trace.tsNs,
      cpu: trace.cpu,
      event: trace.event,
      detail: trace.detail,
      target: trace.target,
      target_cpus: trace.targets,
      pages: trace.pages,
    });
  }

  /**
   * What interrupted the observed CPUs: cpu, cause, sender, count, ns_total, ns_p50, ns_p99,
   * ns_max. Functions that one interrupt ran share its time. Throws SD012 when no CPU was observed.
   */
  noise(): ColumnTable {
    return noiseTable(this.recordedNoise());
  }

  /**
   * How much of each observed CPU interruptions took: cpu, count, ns_total, ns_p50, ns_p99, ns_max,
   * noise_pct. Throws SD012 when no CPU was observed.
   */
  noiseByCpu(): ColumnTable {
    const { startNs, endNs } = this.result;
    return noiseByCpuTable(this.recordedNoise(), endNs - startNs);
  }

  /**
   * How long interruptions took, all observed CPUs together: lo, hi (ns) and count of each used
   * bucket, for `sd.chart.distribution`. Throws SD012 when no CPU was observed.
   */
  noiseDistribution(): ColumnTable {
    return noiseDistributionTable(this.recordedNoise());
  }

  /** The trace as Chrome trace JSON, which Perfetto opens. */
  toPerfetto(): string {
    return toPerfettoJson(this.trace());
  }

  /** The trace as ftrace text. */
  toFtrace(): string {
    return toFtraceText(this.trace());
  }

  /** SHA-256 of everything the run produced: equal for equal scenes, on every machine. */
  digest(): string {
    const { trace: _, ...result } = this.result;
    return digestOf(JSON.parse(canonicalJson(result)));
  }

  describe(): string[] {
    const { machine, linux, workload } = this.scene;
    const { startNs, endNs } = this.result;
    const system = `linux ${linux.release}, ${linux.tableSync.name}`;
    return [
      `run of ${workload.type} on ${machine.cpus} CPUs, ${system}`,
      `  ${this.rowNames()
        .map((row) => `${row} ${this.total(row)}`)
        .join("  ")}`,
      `  ${(endNs - startNs) / 1e6} ms simulated, seed ${this.scene.seed}`,
    ];
  }

  private recordedNoise(): readonly CpuNoise[] {
    const { noise } = this.result;
    if (noise !== undefined) return noise;
    throw notRecorded("noise", "simulate({ …, noise: [1, 2] }) or workload.isolatedObserver");
  }

  /** Rows of calls, flush handlers and reschedules, as the architecture calls them. */
  private rowNames(): readonly string[] {
    const { call, flush, reschedule } = interruptRows(this.scene.machine.arch);
    return [...new Set([call, flush, reschedule])].filter((row) => row !== null);
  }

  private histogram(what: string): LogHistogram {
    const data = this.result.durations[what];
    return data === undefined ? new LogHistogram() : LogHistogram.fromData(data);
  }

  private histograms(): [string, LogHistogram][] {
    return Object.entries(this.result.durations)
      .map(([what, data]): [string, LogHistogram] => [what, revive(data)])
      .filter(([, histogram]) => histogram.count > 0);
  }
}

function revive(data: LogHistogramData): LogHistogram {
  return LogHistogram.fromData(data);
}

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
