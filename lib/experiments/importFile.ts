/** One file of whatever format: what it is, its totals, and what was passed over. */
import { malformed, refused } from "../base/messages.ts";
import { parseCmdline, parseConfig } from "../observed/hints.ts";
import { bytesOf, type Source } from "../observed/input.ts";
import { parseInterrupts } from "../observed/interruptSnapshot.ts";
import { labCsv } from "../observed/labCsv.ts";
import { parseLatencies } from "../observed/latencyCsv.ts";
import { parseLscpu } from "../observed/lscpu.ts";
import { type Format, recognise, recogniseLength } from "../observed/recognise.ts";
import { parseAggregate, parseLkp, parseWprof } from "../observed/reports.ts";
import { parseRtla } from "../observed/rtla.ts";
import type { SkippedLines } from "../observed/skipped.ts";
import { parseSysfs } from "../observed/sysfs.ts";
import { eventTotals, sendTotals } from "../observed/trace/counts.ts";
import { traceNotes } from "../observed/trace/notes.ts";
import { readTrace } from "../observed/trace/read.ts";
import { eventRows } from "../observed/trace/rows.ts";

/** What one file holds. */
export interface ImportResult {
  readonly file: string;
  readonly format: Format;
  /** CPUs that the file speaks of; undefined where it does not. */
  readonly cpus: number | undefined;
  /** Totals by kind: events by name, interrupts by row, or figures of the machine. */
  readonly totals: readonly { readonly kind: string; readonly count: number }[];
  /** What a reader should know before trusting the totals. */
  readonly notes: readonly string[];
  readonly skipped: readonly SkippedLines[];
}

type Found = Omit<ImportResult, "file" | "format">;

/** Longest input that is not a trace: those are read as a whole. */
const maxWhole = 268_435_456;

/**
 * Reads a file, gzip and zstd included, and tells what it is. A trace is read in bounded memory,
 * however long. Throws SD011 when it cannot be read, SD006 when it is no format that is known or
 * not what it seems to be.
 */
export async function importFile(
  source: Source,
  name: string = String(source),
): Promise<ImportResult> {
  const pieces = bytesOf(source);
  const first: Uint8Array[] = [];
  let length = 0;
  while (length < recogniseLength) {
    const next = await pieces.next();
    if (next.done === true) break;
    first.push(Buffer.from(next.value));
    length += next.value.length;
  }
  const head = Buffer.concat(first);
  const format = recognise(head.toString("utf8"));
  if (format === undefined) {
    const known = "/proc/interrupts, a trace, lscpu, rtla, a command line or a configuration";
    throw malformed(`file ${name}`, head.toString("utf8", 0, 80).trim(), known);
  }
  async function* all(): AsyncGenerator<Uint8Array, void, undefined> {
    yield head;
    yield* pieces;
  }
  const found =
    format === "trace" ? await traceTotals(all()) : whole(format, await text(all(), name));
  return { file: name, format, ...found };
}

async function text(pieces: AsyncGenerator<Uint8Array>, name: string): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const piece of pieces) {
    length += piece.length;
    if (length > maxWhole) throw refused("file", name, "more than 256 MiB, and no trace");
    parts.push(Buffer.from(piece));
  }
  return Buffer.concat(parts).toString("utf8");
}

async function traceTotals(source: Source): Promise<Found> {
  const data = await readTrace(source, { events: [] });
  const { sends, ipis } = sendTotals(data);
  const totals = eventTotals(data).map(({ event, count }) => ({ kind: event, count }));
  if (sends > 0) totals.push({ kind: "interrupts sent (masks expanded)", count: ipis });
  for (const { irq, count } of eventRows(data)) totals.push({ kind: irq, count });
  return {
    cpus: data.cpus.length === 0 ? undefined : data.cpus.length,
    totals,
    notes: traceNotes(data).map(({ text: note }) => note),
    skipped: [...data.skipped, ...data.undecoded],
  };
}

function whole(format: Exclude<Format, "trace">, content: string): Found {
  switch (format) {
    case "interrupts":
      return interruptTotals(content);
    case "lscpu":
      return lscpuTotals(content);
    case "sysfs": {
      const { online, places, nodes } = parseSysfs(content);
      const totals = [
        { kind: "CPUs with a place", count: places.length },
        { kind: "NUMA nodes", count: nodes.length },
      ];
      return { cpus: online.length || places.length, totals, notes: [], skipped: [] };
    }
    case "cmdline":
    case "config": {
      const { hints, others } = format === "config" ? parseConfig(content) : parseCmdline(content);
      const totals = [
        { kind: "settings that matter here", count: hints.length },
        { kind: "other settings", count: others },
      ];
      const notes = hints.map(({ name, value, meaning }) => `${name}=${value}: ${meaning}`);
      return { cpus: undefined, totals, notes, skipped: [] };
    }
    case "lab data":
      return labTotals(content);
    case "latencies":
      return latencyTotals(content);
    default:
      return reportTotals(format, content);
  }
}

function interruptTotals(content: string): Found {
  const { cpus, rows, skipped, mended } = parseInterrupts(content);
  const totals = rows.map(({ label, counts, scalar }) => {
    const count = scalar ?? counts.reduce((sum, value) => sum + value, 0);
    return { kind: label, count };
  });
  return { cpus: cpus.length, totals, notes: mended ?? [], skipped };
}

function lscpuTotals(content: string): Found {
  const { cpus, sockets, nodes, caches, perCpu, fields, skipped } = parseLscpu(content);
  const totals = [
    { kind: "fields", count: Object.keys(fields).length },
    { kind: "sockets", count: sockets ?? 0 },
    { kind: "NUMA nodes", count: nodes.length },
    { kind: "kinds of cache", count: caches.length },
    { kind: "rows of CPUs", count: perCpu?.cpu.length ?? 0 },
  ];
  const known = cpus ?? perCpu?.cpu.length;
  return { cpus: known, totals: totals.filter(({ count }) => count > 0), notes: [], skipped };
}

function labTotals(content: string): Found {
  const runs = labCsv.parse(content, { malformed: "skip" });
  const cases = new Map<string, number>();
  for (const { caseName } of runs) cases.set(caseName, (cases.get(caseName) ?? 0) + 1);
  const totals = Array.from(cases, ([kind, count]) => ({ kind: `runs of ${kind}`, count }));
  return { cpus: undefined, totals, notes: [], skipped: runs.skipped };
}

function latencyTotals(content: string): Found {
  const { cpus, groups, skipped } = parseLatencies(content);
  const samples = new Map<string, number>();
  for (const { operation, samples: list } of groups) {
    samples.set(operation, (samples.get(operation) ?? 0) + list.length);
  }
  const totals = Array.from(samples, ([kind, count]) => ({ kind: `samples of ${kind}`, count }));
  return { cpus, totals, notes: [], skipped };
}

function reportTotals(format: "rtla" | "lkp" | "aggregate" | "wprof", content: string): Found {
  if (format === "rtla") {
    const { tool, mode, cpu, skipped } = parseRtla(content);
    const totals = [{ kind: `figures of ${tool} ${mode}`, count: cpu.length }];
    return { cpus: new Set(cpu).size, totals, notes: [], skipped };
  }
  if (format === "lkp") {
    const { rows, skipped } = parseLkp(content);
    const totals = [{ kind: "comparisons", count: rows.length }];
    return { cpus: undefined, totals, notes: [], skipped };
  }
  if (format === "aggregate") {
    const { sends, queued, skipped } = parseAggregate(content);
    const totals = [
      { kind: "sendings", count: sends },
      { kind: "queued functions, one for each target", count: queued },
    ];
    return { cpus: undefined, totals, notes: [], skipped };
  }
  const { rows, skipped } = parseWprof(content);
  const totals = [...new Set(rows.map(({ event }) => event))].map((kind) => ({
    kind,
    count: rows.filter(({ event }) => event === kind).length,
  }));
  const cpus = new Set(rows.flatMap(({ cpu, other }) => [cpu, other])).size;
  return { cpus, totals, notes: [], skipped };
}
