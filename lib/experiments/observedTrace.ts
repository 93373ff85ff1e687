/** A trace of a real kernel as tables. */
import { checkInteger, checkKeys } from "../base/check.ts";
import { LogHistogram } from "../base/histogram.ts";
import { invalid, unknownName } from "../base/messages.ts";
import { cpuList } from "../observed/cpuLists.ts";
import type { Source } from "../observed/input.ts";
import type { SkippedLines } from "../observed/skipped.ts";
import { eventTotals, sendTotals, traceInterrupts } from "../observed/trace/counts.ts";
import { callSites, flushGroups, interrupters, rates } from "../observed/trace/groups.ts";
import { type LatencySamples, latencies } from "../observed/trace/latencies.ts";
import { isComplete, traceNotes } from "../observed/trace/notes.ts";
import { operations } from "../observed/trace/operations.ts";
import { parseTrace, readTrace, type TraceOptions } from "../observed/trace/read.ts";
import type { TraceData } from "../observed/trace/traceReader.ts";
import type { ColumnTable } from "../tables/frame.ts";
import { tableFrom, toTable } from "../tables/frame.ts";
import { skippedTable } from "./skippedTable.ts";
import { eventColumns } from "./traceColumns.ts";

/** Which CPUs to look at. */
export interface InterruptersOptions {
  /** CPU numbers, or a list such as `2-15`; by default all. */
  readonly cpus?: readonly number[] | string;
}

/** Stretches of time to count in. */
export interface RatesOptions {
  /** Length of a stretch, ns; by default a hundredth of the trace. */
  readonly binNs?: number;
}

/** A trace that was read, with its analyses. Tables are computed when they are asked for. */
export class ObservedTrace {
  readonly #data: TraceData;

  constructor(data: TraceData) {
    this.#data = data;
    Object.freeze(this);
  }

  /** CPUs that events were recorded on, ascending. */
  get cpus(): readonly number[] {
    return this.#data.cpus;
  }

  /** Time from the first to the last event, ns. */
  get spanNs(): number {
    return this.#data.spanNs;
  }

  /** True when nothing says that events are missing. */
  get complete(): boolean {
    return isComplete(this.#data);
  }

  /** True when the trace was read through a pipe while it was recorded, and recorded that. */
  get selfDisturbed(): boolean {
    return traceNotes(this.#data).some(({ kind }) => kind === "self-disturbed");
  }

  /** Lines that are no events, by reason. */
  get skipped(): readonly SkippedLines[] {
    return this.#data.skipped;
  }

  /** Everything kept, one event a row, as the schema `traceEvents`. */
  events(): ColumnTable {
    return toTable("traceEvents", eventColumns(this.#data));
  }

  /** How often each event is in the trace, kept or not: event, count. */
  counts(): ColumnTable {
    return tableFrom(eventTotals(this.#data), ["event", "count"]);
  }

  /** Events that send, and the interrupts they stand for: a mask is one for each of its CPUs. */
  sendTotals(): { readonly sends: number; readonly ipis: number } {
    return sendTotals(this.#data);
  }

  /** Interrupts by CPU and row of /proc/interrupts: cpu, irq, count, basis. */
  interrupts(): ColumnTable {
    return toTable("traceInterrupts", { ...traceInterrupts(this.#data) });
  }

  /** Interrupts of one row, all CPUs together; 0 for a row that the trace says nothing of. */
  total(irq: string): number {
    const found = traceInterrupts(this.#data);
    return found.irq.reduce((sum, row, i) => (row === irq ? sum + found.count[i]! : sum), 0);
  }

  /** Times from sending to handler by purpose, as the schema `traceLatencies`. */
  latencies(): ColumnTable {
    const rows = latencies(this.#data).kinds.map(latencyRow);
    return toTable("traceLatencies", columnsOf(rows, latencyNames));
  }

  /**
   * The distribution of one of these times: lo, hi (ns) and count of each used bucket. Throws SD002
   * for a time that the trace does not have.
   */
  distribution(what: string): ColumnTable {
    const { kinds } = latencies(this.#data);
    const found = kinds.find((kind) => kind.what === what);
    const known = kinds.map((kind) => kind.what);
    if (found === undefined) throw unknownName("latency", what, known);
    return tableFrom(bucketsOf(found), ["lo", "hi", "count"]);
  }

  /** The distributions of all these times, as the schema `latencyBuckets`. */
  distributions(): ColumnTable {
    const rows = latencies(this.#data).kinds.flatMap((kind) =>
      bucketsOf(kind).map(({ lo, hi, count }) => {
        return { what: kind.what, latency_ns_lo: lo, latency_ns_hi: hi, count };
      }),
    );
    const names = ["what", "latency_ns_lo", "latency_ns_hi", "count"];
    return toTable("latencyBuckets", columnsOf(rows, names));
  }

  /** Who interrupts CPUs, and why, most interrupts first, as the schema `interrupters`. */
  interrupters(options: InterruptersOptions = {}): ColumnTable {
    checkKeys("interrupters", options, ["cpus"]);
    const wanted = options.cpus === undefined ? undefined : new Set(cpusIn(options.cpus));
    const rows = interrupters(this.#data, (cpu) => wanted === undefined || wanted.has(cpu)).map(
      ({ site, ...row }) => ({ ...row, callsite: site }),
    );
    const names = ["cpu", "purpose", "func", "callsite", "sender", "task", "count"];
    return toTable("interrupters", columnsOf(rows, names));
  }

  /** Interrupts by call site, purpose and function, as the schema `callSites`. */
  callSites(): ColumnTable {
    const rows = callSites(this.#data).map(({ site, ...row }) => ({ ...row, callsite: site }));
    const names = ["callsite", "purpose", "func", "sends", "ipis", "basis"];
    return toTable("callSites", columnsOf(rows, names));
  }

  /**
   * What tasks did that flushed or waited for walkers, as the schema `traceOperations`: a flush, a
   * flush and then a broadcast (a collapse, an unshare), a broadcast alone.
   */
  operations(): ColumnTable {
    const rows = operations(this.#data).map((one) => {
      const { kind, firstNs, call, task, pid, ...counts } = one;
      return { ts_ns: firstNs, task, pid, operation: kind, call, ...counts };
    });
    const names = ["ts_ns", "task", "pid", "cpu", "operation", "call", "pages"];
    const found = [...names, "flushed", "synced", "running", "idle", "replaced"];
    return toTable("traceOperations", columnsOf(rows, found));
  }

  /** TLB flushes by reason and pages (-1: everything), as the schema `flushReasons`. */
  flushReasons(): ColumnTable {
    return toTable(
      "flushReasons",
      columnsOf(flushGroups(this.#data), ["reason", "pages", "count"]),
    );
  }

  /** Interrupts and flushes over time, as the schema `rates`. Throws SD001. */
  rates(options: RatesOptions = {}): ColumnTable {
    checkKeys("rates", options, ["binNs"]);
    const hundredth = Math.max(1, Math.ceil(this.spanNs / 100));
    const binNs = checkInteger("binNs", options.binNs ?? hundredth, 1, Number.MAX_SAFE_INTEGER);
    const rows = rates(this.#data, binNs).map(({ tsNs, what, count }) => {
      return { ts_ns: tsNs, activity: what, count, per_second: (count * 1e9) / binNs };
    });
    return toTable("rates", columnsOf(rows, ["ts_ns", "activity", "count", "per_second"]));
  }

  /** What to know before trusting the counts: kind, count (-1: unknown), note. */
  notes(): ColumnTable {
    const rows = traceNotes(this.#data).map(({ text, ...row }) => ({ ...row, note: text }));
    return toTable("traceNotes", columnsOf(rows, ["kind", "count", "note"]));
  }

  /** Lines that are no events, and events whose arguments could not be read, by reason. */
  skippedLines(): ColumnTable {
    return skippedTable([...this.#data.skipped, ...this.#data.undecoded]);
  }
}

/** Readers of traces: ftrace text, trace_pipe, trace-cmd report, perf script, function graphs. */
export const trace: {
  /** The trace in a file or stream, unpacked when it is gzip or zstd; SD011, SD001, SD002. */
  readonly read: (source: Source, options?: TraceOptions) => Promise<ObservedTrace>;
  /** The trace in a text; SD001 and SD002. */
  readonly parse: (text: string | Uint8Array, options?: TraceOptions) => ObservedTrace;
} = {
  read: async (source, options) => new ObservedTrace(await readTrace(source, options)),
  parse: (text, options) => new ObservedTrace(parseTrace(text, options)),
};

const latencyNames = [
  ...["what", "sent", "count", "unanswered", "inverted"],
  ...["ns_min", "ns_p50", "ns_p99", "ns_max", "ns_mean"],
];

/** Exact figures: every time is at hand. They are null where no time could be taken. */
function latencyRow(samples: LatencySamples): Record<string, unknown> {
  const { what, sent, unanswered, inverted } = samples;
  const sorted = Float64Array.from(samples.ns).sort();
  const count = sorted.length;
  const at = (share: number): number | null =>
    count === 0 ? null : sorted[Math.max(0, Math.ceil(share * count) - 1)]!;
  const sum = sorted.reduce((total, ns) => total + ns, 0);
  return {
    what,
    sent,
    count,
    unanswered,
    inverted,
    ns_min: at(0),
    ns_p50: at(0.5),
    ns_p99: at(0.99),
    ns_max: at(1),
    ns_mean: count === 0 ? null : sum / count,
  };
}

/** Histogram buckets of times that are used. */
function bucketsOf({ ns }: LatencySamples): { lo: number; hi: number; count: number }[] {
  const histogram = new LogHistogram();
  for (const time of ns) histogram.record(Math.round(time));
  return histogram.buckets().map(({ lo, hi, count }) => ({ lo, hi, count }));
}

function columnsOf(
  rows: readonly object[],
  names: readonly string[],
): Record<string, readonly unknown[]> {
  const cell = (row: object, name: string): unknown =>
    (row as Readonly<Record<string, unknown>>)[name];
  return Object.fromEntries(names.map((name) => [name, rows.map((row) => cell(row, name))]));
}

function cpusIn(cpus: readonly number[] | string): readonly number[] {
  if (typeof cpus !== "string") return cpus;
  const list = cpuList(cpus);
  if (list === undefined) throw invalid("cpus", cpus, "a list of CPUs such as 2-15");
  return list;
}
