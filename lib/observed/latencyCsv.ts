/** Latencies of a machine as a file that can be shared: one line for each sample. */
import { malformed } from "../base/messages.ts";
import { csvRecords } from "./csv.ts";
import { SkipCounter, type SkippedLines } from "./skipped.ts";

/** Samples of one repetition. */
export interface LatencyGroup {
  readonly kernel: string;
  readonly cpus: number;
  readonly operation: string;
  readonly threads: number;
  readonly siblings: string;
  readonly priority: string;
  readonly repetition: number;
  /** Calls of one sample, of which it is the mean. */
  readonly block: number;
  /** ns of one call. */
  readonly samples: readonly number[];
}

const COLUMNS = [
  ...["kernel", "cpus", "operation", "threads", "siblings", "priority", "repetition", "block"],
  "latency_ns",
];

/** The first line of such a file. */
export const latencyHeader: string = COLUMNS.join(",");

/** The header and one line for each sample. */
export function latencyLines(groups: readonly LatencyGroup[]): string {
  const lines = groups.flatMap((group) => {
    const { kernel, cpus, operation, threads, siblings, priority, repetition, block } = group;
    const head = [kernel.replace(/[",\s]/g, "_"), cpus, operation, threads, siblings, priority];
    return group.samples.map((ns) => [...head, repetition, block, ns].join(","));
  });
  return `${[latencyHeader, ...lines].join("\n")}\n`;
}

/** What such a file holds. */
export interface LatencyFile {
  /** CPUs of the machine; undefined without a sample. */
  readonly cpus: number | undefined;
  /** Samples of each repetition, in the order of the file. */
  readonly groups: readonly SavedLatencies[];
  readonly skipped: readonly SkippedLines[];
}

/** Samples of one repetition, as far as a file is needed to tell repetitions apart. */
export type SavedLatencies = Pick<LatencyGroup, "operation" | "block" | "samples">;

/** A number of calls or CPUs, and a time. */
const COUNT = /^\d{1,7}$/;
const TIME = /^\d{1,15}(?:\.\d{1,20})?$/;

/** Reads one. Throws SD006 where the header is another; other lines are skipped and counted. */
export function parseLatencies(text: string): LatencyFile {
  const skipped = new SkipCounter();
  const groups = new Map<string, { operation: string; block: number; samples: number[] }>();
  let cpus: number | undefined;
  let isHeader = true;
  for (const { line, fields, text: whole } of csvRecords([text])) {
    if (isHeader) {
      isHeader = false;
      if (whole.replace(/^\uFEFF/, "").trim() === latencyHeader) continue;
      throw malformed("latencies", whole.slice(0, 80), latencyHeader);
    }
    const [, machine = "", operation = "", , , , repetition = "", block = "", ns = ""] = fields;
    const counts = [machine, repetition, block].every((one) => COUNT.test(one));
    const isSample = fields.length === COLUMNS.length && counts && TIME.test(ns);
    if (!isSample || !/^\w{1,40}$/.test(operation)) {
      skipped.add(whole.trim() === "" ? "blank line" : "no sample", line, whole);
      continue;
    }
    cpus ??= Number(machine);
    const key = `${operation} ${repetition} ${block}`;
    const group = groups.get(key) ?? { operation, block: Number(block), samples: [] };
    groups.set(key, group);
    group.samples.push(Number(ns));
  }
  return { cpus, groups: [...groups.values()], skipped: skipped.list() };
}
