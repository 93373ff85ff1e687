/**
 * The columns of every table the library returns: name, unit, meaning. To give a table a new
 * column, add one line here. A name means the same in every schema.
 */
import { unknownName } from "../base/messages.ts";

/** What a number in a column counts. `percent` is 0…100, not a fraction; time is nanoseconds. */
export type Unit = "ns" | "bytes" | "percent" | "count" | "cpus" | "pages";

/** One column: its snake_case name, its unit (none for names and identifiers), what it means. */
export interface ColumnSpec {
  readonly name: string;
  readonly unit?: Unit;
  readonly meaning: string;
  /** True when the column, with the other keys, identifies a row. */
  readonly key?: boolean;
  /** An everyday word: in tables of a user it means something else. */
  readonly everyday?: boolean;
}

/** The tables the library returns. */
export type SchemaName =
  | "interrupts"
  | "durations"
  | "summary"
  | "compare"
  | "sweep"
  | "frontier"
  | "trace"
  | "noise"
  | "noiseByCpu"
  | "agreement"
  | "agreementWith"
  | "targets"
  | "mutants"
  | "traceEvents"
  | "traceOperations"
  | "traceCounts"
  | "traceInterrupts"
  | "traceLatencies"
  | "latencyBuckets"
  | "traceNotes"
  | "interrupters"
  | "callSites"
  | "flushReasons"
  | "rates"
  | "skippedLines"
  | "hints"
  | "rtla"
  | "schedule"
  | "costs";

const cpu: ColumnSpec = { name: "cpu", meaning: "number of the CPU it happened on", key: true };
const count: ColumnSpec = { name: "count", unit: "count", meaning: "how many were counted" };

const interrupts: readonly ColumnSpec[] = [
  cpu,
  { name: "irq", meaning: "row of /proc/interrupts: CAL, TLB, RES, IPI1 and so on", key: true },
  count,
];

const nsP50: ColumnSpec = { name: "ns_p50", unit: "ns", meaning: "median time" };
const nsP99: ColumnSpec = { name: "ns_p99", unit: "ns", meaning: "99th percentile of the time" };
const nsMax: ColumnSpec = { name: "ns_max", unit: "ns", meaning: "longest time" };

const durations: readonly ColumnSpec[] = [
  { name: "what", meaning: "the operation that was timed", key: true },
  count,
  { name: "ns_min", unit: "ns", meaning: "shortest time" },
  nsP50,
  nsP99,
  nsMax,
  { name: "ns_mean", unit: "ns", meaning: "mean time" },
];

const summary: readonly ColumnSpec[] = [
  { name: "linux", meaning: "name of the Linux under test", key: true },
  { name: "table_sync", meaning: "policy: how page tables are synchronised before they are freed" },
  { name: "release", meaning: "Linux release whose rules apply" },
  { name: "backend", meaning: "who flushes: native or a hypervisor", key: true },
  { name: "machine", meaning: "name of the machine", key: true },
  { name: "cpus", unit: "cpus", meaning: "online CPUs of the machine", key: true },
  { name: "workload", meaning: "what the CPUs did", key: true },
  { name: "seed", meaning: "seed of the random streams", key: true },
  { name: "duration_ns", unit: "ns", meaning: "time until the workload was done" },
  { name: "operations", unit: "count", meaning: "operations the workload completed" },
  { name: "cal", unit: "count", meaning: "function-call interrupts; on x86 the CAL row" },
  { name: "tlb", unit: "count", meaning: "TLB shootdown handlers run; on x86 the TLB row" },
  { name: "sync_rounds", unit: "count", meaning: "synchronisations with lockless walkers" },
  { name: "grace_periods", unit: "count", meaning: "RCU grace periods that were waited for" },
  { name: "flush_rounds", unit: "count", meaning: "TLB flushes that involved another CPU" },
  { name: "ipis", unit: "count", meaning: "interrupts that one CPU raised on another" },
  { name: "gup_calls", unit: "count", meaning: "GUP-fast calls completed" },
  { name: "gup_fast_ns_mean", unit: "ns", meaning: "mean time of a GUP-fast call" },
  { name: "gup_fast_ns_p99", unit: "ns", meaning: "99th percentile of a GUP-fast call" },
  {
    name: "irq_off_delay_ns_max",
    unit: "ns",
    meaning: "longest wait of an interrupt for a CPU that had interrupts off",
  },
  { name: "costs_assumed", unit: "count", meaning: "costs used that rest on an assumption" },
];

const compare: readonly ColumnSpec[] = [
  ...summary,
  { name: "baseline", meaning: "name of the row this row is compared with" },
  { name: "ipis_saved", unit: "count", meaning: "interrupts of the baseline minus own" },
  { name: "ipis_saved_pct", unit: "percent", meaning: "ipis_saved relative to the baseline" },
  {
    name: "gup_fast_overhead_pct",
    unit: "percent",
    meaning: "mean GUP-fast time above the baseline's",
  },
  { name: "duration_change_pct", unit: "percent", meaning: "duration above the baseline's" },
];

const sweep: readonly ColumnSpec[] = [
  ...compare,
  {
    name: "stolen_ns",
    unit: "ns",
    meaning: "time that interrupt handlers took, all CPUs together",
  },
  { name: "result_digest", meaning: "SHA-256 of everything the run produced, 16 digits" },
  {
    name: "cpu_saved_ns",
    unit: "ns",
    meaning:
      "stolen_ns and duration_ns of the baseline minus own, less its gup_calls times " +
      "the time by which a walk is longer",
  },
  { name: "error", meaning: "why a failed cell has no figures" },
  { name: "replay", meaning: "how to compute a failed cell again" },
];

const frontier: readonly ColumnSpec[] = [
  { name: "along", meaning: "name of the axis whose values change the sign", key: true },
  {
    name: "pays",
    meaning: "where it is above zero: always, never, above, below, mixed (first crossing), unknown",
  },
  { name: "at", meaning: "value of the axis at the crossing, by a straight line" },
  { name: "at_lo", meaning: "neighbour of the crossing below, a value that was simulated" },
  { name: "at_hi", meaning: "neighbour of the crossing above, a value that was simulated" },
  { name: "sure", meaning: "whether the 95 % intervals of both neighbours leave out zero" },
];

const trace: readonly ColumnSpec[] = [
  { name: "ts_ns", unit: "ns", meaning: "time since the start of the run", key: true },
  cpu,
  { name: "event", meaning: "what happened", key: true },
  { name: "detail", meaning: "reason or object of the event" },
  { name: "target", meaning: "number of the CPU the event is aimed at" },
  { name: "target_cpus", meaning: "CPUs that one event interrupts, as a list" },
  { name: "pages", everyday: true, unit: "pages", meaning: "pages concerned; -1: everything" },
];

const noiseTimes: readonly ColumnSpec[] = [
  count,
  { name: "ns_total", unit: "ns", meaning: "all these times together" },
  nsP50,
  nsP99,
  nsMax,
];

const noise: readonly ColumnSpec[] = [
  cpu,
  { name: "cause", meaning: "function, handler or event that interrupted the CPU", key: true },
  {
    name: "sender",
    meaning: "number of the CPU that sent it, -1: nobody in particular",
    key: true,
  },
  ...noiseTimes,
];

const noiseByCpu: readonly ColumnSpec[] = [
  cpu,
  ...noiseTimes,
  { name: "noise_pct", unit: "percent", meaning: "share of the run that interruptions took" },
];

const remark: ColumnSpec = {
  name: "remark",
  meaning: "what the comparison does not show, or why it misses",
};

const targets: readonly ColumnSpec[] = [
  { name: "id", meaning: "number of the target, as in docs/validation.md", key: true },
  { name: "result", meaning: "what was measured, and on which machine", key: true },
  { name: "reported", meaning: "what was reported, in the unit of the row" },
  { name: "model", meaning: "what the model says to it, in the same unit" },
  { name: "unit", meaning: "of both figures" },
  { name: "ratio", meaning: "model / reported" },
  { name: "tolerance", meaning: "how far apart the two may be" },
  { name: "holds", meaning: "yes where they are not further apart" },
  { name: "source", meaning: "where the figure comes from" },
  remark,
];

const agreement: readonly ColumnSpec[] = [
  { name: "boot", meaning: "boot of the measured machine", key: true },
  { name: "case", meaning: "operation that was measured", key: true },
  { name: "params", meaning: "parameters of the operation", key: true },
  { name: "row", meaning: "row of /proc/interrupts", key: true },
  { name: "predicted", unit: "count", meaning: "interrupts the model predicts" },
  { name: "measured", unit: "count", meaning: "interrupts the real kernel counted" },
  { name: "difference", unit: "count", meaning: "measured minus predicted" },
  { name: "within", meaning: "whether the difference is within the stated tolerance" },
];

const agreementWith: readonly ColumnSpec[] = [
  ...agreement,
  {
    name: "background",
    unit: "count",
    meaning: "interrupts of an idle window, subtracted already",
  },
  {
    name: "difference_ci95",
    unit: "count",
    meaning: "half the width of the 95 % interval of the difference",
  },
  { name: "repetitions", unit: "count", meaning: "how often it was measured" },
  remark,
];

const costs: readonly ColumnSpec[] = [
  { name: "step", meaning: "the step the cost belongs to", key: true },
  { name: "ns", unit: "ns", meaning: "time of one such step" },
  { name: "evidence", meaning: "measured, cited or assumed" },
  { name: "source", meaning: "where the figure comes from" },
  { name: "range_lo", unit: "ns", meaning: "lowest plausible time" },
  { name: "range_hi", unit: "ns", meaning: "highest plausible time" },
];

const mutants: readonly ColumnSpec[] = [
  { name: "mutated", meaning: "the step, hook:step; empty: the policy as it is", key: true },
  { name: "change", meaning: "how the step was changed", key: true },
  { name: "verdict", meaning: "holds, violated, undecided, vacuous or unreached" },
  { name: "property", meaning: "what is violated; empty where nothing is" },
  { name: "states", unit: "count", meaning: "states that were seen" },
  { name: "depth", unit: "count", meaning: "steps to the violation, or to the furthest state" },
  { name: "schedule", meaning: "the shortest schedule to the violation, as sd.replay takes it" },
];

const schedule: readonly ColumnSpec[] = [
  { name: "turn", meaning: "number of the step in the schedule, from 1", key: true },
  cpu,
  { name: "program", meaning: "what the CPU runs" },
  { name: "transition", meaning: "step, drain, interrupt, nmi, fill, preempt and so on" },
  { name: "did", meaning: "the step in kernel words, or what happened instead" },
  { name: "saw", meaning: "the value that was read or made visible; empty where none was" },
  { name: "violates", meaning: "the property that the step breaks; empty but at the end" },
];

const task: ColumnSpec = { name: "task", meaning: "command name of the task that was running" };
const func: ColumnSpec = {
  name: "func",
  meaning: "function that was to run or ran, else the callback or words of the event",
};
const callsite: ColumnSpec = { name: "callsite", meaning: "function that sent the interrupt" };
const purpose: ColumnSpec = {
  name: "purpose",
  meaning: "what interrupts are for: flush, sync, wake-up, reschedule and so on",
  key: true,
};

const traceOperations: readonly ColumnSpec[] = [
  { name: "ts_ns", unit: "ns", meaning: "time since the start of the run", key: true },
  task,
  { name: "pid", meaning: "number of that task" },
  cpu,
  { name: "operation", everyday: true, meaning: "flush, flush and sync, or sync", key: true },
  { name: "call", everyday: true, meaning: "system call that the task was in; empty: not traced" },
  { name: "pages", everyday: true, unit: "pages", meaning: "pages concerned; -1: everything" },
  { name: "flushed", everyday: true, unit: "cpus", meaning: "CPUs that the flush interrupted" },
  { name: "synced", everyday: true, unit: "cpus", meaning: "CPUs that the broadcast interrupted" },
  {
    name: "running",
    everyday: true,
    unit: "cpus",
    meaning: "of the flushed CPUs: they ran the address space",
  },
  { name: "idle", everyday: true, unit: "cpus", meaning: "of the flushed CPUs: they idled" },
  {
    name: "replaced",
    everyday: true,
    unit: "cpus",
    meaning: "of the flushed CPUs: they ran another one",
  },
];

const traceEvents: readonly ColumnSpec[] = [
  { name: "ts_ns", unit: "ns", meaning: "time since the start of the run", key: true },
  cpu,
  task,
  { name: "pid", meaning: "number of that task" },
  { name: "event", meaning: "what happened", key: true },
  { name: "target", meaning: "number of the CPU the event is aimed at" },
  { name: "targets", unit: "cpus", meaning: "how many CPUs the event is aimed at" },
  func,
  callsite,
  { name: "reason", meaning: "why the TLB was flushed" },
  { name: "pages", everyday: true, unit: "pages", meaning: "pages concerned; -1: everything" },
  { name: "event_ns", unit: "ns", meaning: "how long the call or disturbance took" },
];

const traceCounts: readonly ColumnSpec[] = [
  { name: "event", meaning: "what happened", key: true },
  count,
];

const basis: ColumnSpec = { name: "basis", meaning: "how the figure is known" };

const traceInterrupts: readonly ColumnSpec[] = [...interrupts, basis];

const traceLatencies: readonly ColumnSpec[] = [
  { name: "what", meaning: "the operation that was timed", key: true },
  { name: "sent", unit: "count", meaning: "interrupts that were sent" },
  count,
  { name: "unanswered", unit: "count", meaning: "sent, but no handler was seen after it" },
  { name: "inverted", unit: "count", meaning: "handlers with an earlier time than their sending" },
  { name: "ns_min", unit: "ns", meaning: "shortest time" },
  nsP50,
  nsP99,
  nsMax,
  { name: "ns_mean", unit: "ns", meaning: "mean time" },
];

const latencyBuckets: readonly ColumnSpec[] = [
  { name: "what", meaning: "the operation that was timed", key: true },
  { name: "latency_ns_lo", unit: "ns", meaning: "lowest time of the bucket", key: true },
  { name: "latency_ns_hi", unit: "ns", meaning: "highest time of the bucket" },
  count,
];

const traceNotes: readonly ColumnSpec[] = [
  { name: "kind", meaning: "what makes the data less than certain", key: true },
  count,
  { name: "note", meaning: "the same in words" },
];

const interrupters: readonly ColumnSpec[] = [
  cpu,
  purpose,
  func,
  callsite,
  {
    name: "sender",
    meaning: "number of the CPU that sent it, -1: nobody in particular",
    key: true,
  },
  task,
  count,
];

const callSites: readonly ColumnSpec[] = [
  callsite,
  purpose,
  func,
  { name: "sends", unit: "count", meaning: "sendings, to one CPU or to several at once" },
  { name: "ipis", unit: "count", meaning: "interrupts that one CPU raised on another" },
  basis,
];

const flushReasons: readonly ColumnSpec[] = [
  { name: "reason", meaning: "why the TLB was flushed" },
  { name: "pages", everyday: true, unit: "pages", meaning: "pages concerned; -1: everything" },
  count,
];

const rates: readonly ColumnSpec[] = [
  { name: "ts_ns", unit: "ns", meaning: "time since the start of the run", key: true },
  {
    name: "activity",
    meaning: "what happened: interrupts sent by purpose, or TLB flushes by reason",
    key: true,
  },
  count,
  { name: "per_second", unit: "count", meaning: "how many a second" },
];

const skippedLines: readonly ColumnSpec[] = [
  { name: "why", meaning: "why lines were passed over", key: true },
  count,
  { name: "first_line", meaning: "number of the first such line" },
  { name: "example", meaning: "beginning of that line" },
];

const hints: readonly ColumnSpec[] = [
  { name: "setting", meaning: "boot parameter or configuration option", key: true },
  { name: "value", meaning: "its value" },
  { name: "meaning", meaning: "what it means for interrupts" },
];

const rtla: readonly ColumnSpec[] = [
  cpu,
  { name: "figure", meaning: "column or series of rtla", key: true },
  { name: "bucket_ns", unit: "ns", meaning: "lowest time of the bucket", key: true },
  { name: "value", meaning: "its value" },
];

/** The columns of each table, in order. */
export const schemas: Readonly<Record<SchemaName, readonly ColumnSpec[]>> = {
  interrupts,
  durations,
  summary,
  compare,
  sweep,
  frontier,
  trace,
  noise,
  noiseByCpu,
  agreement,
  agreementWith,
  targets,
  mutants,
  schedule,
  costs,
  traceEvents,
  traceOperations,
  traceCounts,
  traceInterrupts,
  traceLatencies,
  latencyBuckets,
  traceNotes,
  interrupters,
  callSites,
  flushReasons,
  rates,
  skippedLines,
  hints,
  rtla,
};

const byName: ReadonlyMap<string, ColumnSpec> = new Map(
  Object.values(schemas)
    .flat()
    .filter(({ everyday }) => everyday !== true)
    .map((spec) => [spec.name, spec] as const),
);

/** The columns of a schema. Throws SD002 for an unknown schema. */
export function schemaOf(schema: string): readonly ColumnSpec[] {
  if (!Object.hasOwn(schemas, schema)) throw unknownName("schema", schema, Object.keys(schemas));
  return schemas[schema as SchemaName];
}

/** The specification of a column the library knows, or undefined for a user's own column. */
export function columnSpec(name: string): ColumnSpec | undefined {
  return byName.get(name);
}

/** The unit of a column: as specified, else as its name ends (`_pct`, `_ns`, `_bytes`). */
export function unitOf(name: string): Unit | undefined {
  const known = byName.get(name);
  if (known !== undefined) return known.unit;
  if (/_pct$/.test(name)) return "percent";
  if (/(^|_)ns(_|$)/.test(name)) return "ns";
  if (/_bytes$/.test(name)) return "bytes";
  return undefined;
}
