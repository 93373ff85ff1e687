/** A workload that sends what a trace shows: which operations, how often, beside which threads. */
import { checkInteger, checkKeys } from "../../base/check.ts";
import { invalid } from "../../base/messages.ts";
import { GiB } from "../../base/units.ts";
import { PAGE_BYTES, TABLE_BYTES } from "../../mm/pageTables.ts";
import type { ColumnTable } from "../../tables/frame.ts";
import { columnValues, tableFrom } from "../../tables/frame.ts";
import { collapse } from "../../workloads/collapse.ts";
import { mprotect } from "../../workloads/mprotect.ts";
import { munmap } from "../../workloads/munmap.ts";
import { together } from "../../workloads/together.ts";
import { unshare } from "../../workloads/unshare.ts";
import type { Workload } from "../../workloads/workload.ts";
import { ObservedTrace } from "../observedTrace.ts";
import { KHUGEPAGED, type OperationRow, OWN_FLUSH } from "./tracedOperation.ts";
import { type Part, partsOf } from "./tracedParts.ts";

/** Options of {@link workloadFrom}. */
export interface WorkloadFromOptions {
  /** Most parts of the workload; the others are in the table only. Default 8. */
  readonly maxParts?: number;
  /** Calls as far apart as in the trace; otherwise one after the other. Default true. */
  readonly rates?: boolean;
}

/** What a trace says that was done. */
export interface FoundWorkload {
  /** For `sd.simulate`; undefined when no operation was recognised. */
  readonly workload: Workload | undefined;
  /** CPUs that the workload takes: its parts run side by side, each on CPUs of its own. */
  readonly cpus: number;
  /**
   * One row a recognised operation or other cause, most interrupts first: part (null: not in the
   * workload), operation, task, calls, pages, threads, siblings, per_second, ipis, basis, remark.
   * Every interrupt that the trace says was sent is in one row.
   */
  readonly table: ColumnTable;
  /** What to know before trusting it. */
  readonly notes: readonly string[];
}

const columns = [
  ...["part", "operation", "task", "calls", "pages", "threads", "siblings"],
  ...["per_second", "ipis", "basis", "remark"],
];

/**
 * The mix of collapse, munmap, mprotect and unshare that a trace of flushes and interrupts shows.
 * Where a trace does not tell two operations apart, the one that sends the same is taken and the
 * table says so. Throws SD001 for what is no trace, and for wrong options.
 */
export function workloadFrom(
  trace: ObservedTrace,
  options: WorkloadFromOptions = {},
): FoundWorkload {
  checkKeys("workloadFrom", options, ["maxParts", "rates"]);
  if (!(trace instanceof ObservedTrace)) {
    throw invalid("trace", trace, "a trace read by sd.trace.read or sd.trace.parse");
  }
  const maxParts = checkInteger("maxParts", options.maxParts ?? 8, 1, 1000);
  const parts = partsOf(trace.operations().objects() as OperationRow[]);
  const modelled = parts.filter((part) => part.operation !== OWN_FLUSH);
  const chosen = modelled.slice(0, maxParts);
  const made = chosen.map((part) => workloadOf(part, options.rates ?? true));
  const [only, ...more] = made;
  const rows = parts.map((part) => rowOf(part, chosen.indexOf(part)));
  const cpus = chosen.reduce((sum, { threads, task }) => sum + threads + extraCpus(task), 0);
  return {
    workload: more.length === 0 ? only : together(...made),
    cpus,
    table: tableFrom([...rows, ...otherRows(trace)], columns),
    notes: notesOn(trace, { leftOut: modelled.length - chosen.length, found: parts.length, cpus }),
  };
}

/** khugepaged runs beside the process. */
function extraCpus(task: string): number {
  return task === KHUGEPAGED ? 1 : 0;
}

function workloadOf(part: Part, withRate: boolean): Workload {
  const { calls, threads, siblings } = part;
  const process = { threads, siblings };
  // -1 is more than the ceiling of 33 pages: 34 are.
  const bytes = (part.pages === null || part.pages < 1 ? 34 : part.pages) * PAGE_BYTES;
  const ranges = { ...process, bytes, calls, everyNs: withRate ? part.everyNs : 0 };
  switch (part.operation) {
    case "collapse": {
      const by = part.task === KHUGEPAGED ? ("khugepaged" as const) : ("madvise" as const);
      return collapse({ ...process, bytes: calls * TABLE_BYTES, by });
    }
    case "unshare":
      return unshare({ ...process, bytes: GiB(calls), perGiB: true });
    case "munmap":
      return munmap(ranges);
    default:
      return mprotect(ranges);
  }
}

function rowOf(part: Part, index: number): Record<string, unknown> {
  const isOwn = part.operation === OWN_FLUSH;
  const { operation, task, calls, pages, ipis, basis, perSecond } = part;
  const left = index < 0 && !isOwn ? "left out: more parts than maxParts" : "";
  return {
    ...{ part: index < 0 ? null : index + 1, operation, task, calls, pages },
    threads: isOwn ? null : part.threads,
    siblings: isOwn || part.threads === 1 ? null : part.siblings,
    per_second: perSecond,
    ...{ ipis, basis },
    remark: [left, ...part.remarks].filter((text) => text !== "").join("; "),
  };
}

/** What was sent for other purposes. */
function otherRows(trace: ObservedTrace): Record<string, unknown>[] {
  const sites = trace.callSites();
  const [purpose, sends, ipis] = ["purpose", "sends", "ipis"].map((name) =>
    columnValues(sites, name),
  );
  const others = new Map<string, { calls: number; ipis: number }>();
  for (const [i, value] of purpose!.entries()) {
    const name = String(value);
    if (name === "flush" || name === "sync") continue;
    const known = others.get(name) ?? { calls: 0, ipis: 0 };
    const [more, sent] = [Number(sends![i]), Number(ipis![i])];
    others.set(name, { calls: known.calls + more, ipis: known.ipis + sent });
  }
  return Array.from(others, ([name, counts]) => ({
    ...{ part: null, operation: name, task: "", pages: null, threads: null, siblings: null },
    ...{ per_second: null, ...counts, basis: "call site" },
    remark: "not of a page-table operation: what the machine does besides",
  }));
}

function notesOn(
  trace: ObservedTrace,
  { leftOut, found, cpus }: { leftOut: number; found: number; cpus: number },
): string[] {
  const notes: string[] = [];
  if (found === 0) notes.push("no flush and no sync is in this trace: nothing to make of it");
  if (!trace.complete) notes.push("events are missing: calls and rates are lower bounds");
  if (trace.selfDisturbed) notes.push("the reader of this trace is in it: its own flushes, too");
  const traced = trace.cpus.length;
  if (cpus > traced) {
    const why = "parts that shared CPUs do not here, and a broadcast reaches all of them";
    notes.push(`it takes ${cpus} CPUs, the trace has events of ${traced}: ${why}`);
  }
  if (leftOut > 0) notes.push(`${leftOut} parts with fewer interrupts are left out (maxParts)`);
  if (found > 0 && trace.flushReasons().numRows() === 0) {
    notes.push("no tlb_flush events: flushes without a broadcast cannot be told");
  }
  return notes;
}
