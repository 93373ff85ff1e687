/** Traces for other tools: Chrome trace JSON (Perfetto) and ftrace text. */
import { formatHexMask, maxCpus, readCpuList } from "../base/cpuText.ts";
import type { ColumnTable } from "../tables/frame.ts";
import { columnValues } from "../tables/frame.ts";

interface TraceRow {
  tsNs: number;
  cpu: number;
  event: string;
  detail: string;
  target: number;
  targets: readonly number[];
  pages: number;
}

/** Chrome trace JSON: one track a CPU, handlers as slices, everything else as instants. */
export function toPerfettoJson(trace: ColumnTable): string {
  const traceEvents = rowsOf(trace).map((row) => {
    const phase = phaseOf(row.event);
    return {
      name: phase === "i" ? row.event : "call_function",
      cat: "shootdown",
      ph: phase,
      ts: row.tsNs / 1000,
      pid: 0,
      tid: row.cpu,
      ...(phase === "i" ? { s: "t" } : {}),
      args: { detail: row.detail, target: row.target, pages: row.pages },
    };
  });
  return JSON.stringify({ displayTimeUnit: "ns", traceEvents });
}

function phaseOf(event: string): "B" | "E" | "i" {
  if (event === "call_function_entry") return "B";
  return event === "call_function_exit" ? "E" : "i";
}

/**
 * ftrace text: `comm-pid [cpu] flags seconds: event: fields`. The flags say where a CPU was inside
 * of a handler (`h`), which tells flushes by an interrupt from those by a switch.
 */
export function toFtraceText(trace: ColumnTable): string {
  const rows = rowsOf(trace);
  const cpus = rows.reduce((most, row) => Math.max(most, row.cpu, row.target, ...row.targets), 0);
  const inHandler = new Set<number>();
  const lines = rows.map((row) => {
    if (row.event === "call_function_entry") inHandler.add(row.cpu);
    const cpu = String(row.cpu).padStart(3, "0");
    const flags = inHandler.has(row.cpu) ? "d.h.." : ".....";
    const seconds = (row.tsNs / 1e9).toFixed(9);
    if (row.event === "call_function_exit") inHandler.delete(row.cpu);
    const fields = fieldsOf(row, cpus + 1);
    return `  <model>-0     [${cpu}] ${flags} ${seconds}: ${row.event}: ${fields}`.trimEnd();
  });
  return ["# tracer: nop", "#", ...lines, ""].join("\n");
}

/** What runs where the interrupt is sent to. */
const callback = "callback=generic_smp_call_function_single_interrupt+0x0/0x20";

function fieldsOf(row: TraceRow, cpus: number): string {
  switch (row.event) {
    case "tlb_flush":
      return `pages:${row.pages} reason:${row.detail}`;
    case "csd_queue_cpu":
      return `cpu=${row.target} func=${row.detail}`;
    case "ipi_send_cpu":
      return `cpu=${row.target} ${callback}`;
    case "ipi_send_cpumask":
      return `cpumask=${maskText(row.targets, cpus)} ${callback}`;
    default:
      return row.detail;
  }
}

/** `0000000e`: 32 CPUs a word, the lowest last. */
function maskText(targets: readonly number[], cpus: number): string {
  const words = new Uint32Array(Math.ceil(cpus / 32));
  for (const cpu of targets) words[cpu >>> 5]! |= 1 << (cpu & 31);
  return formatHexMask(words, words.length * 32);
}

function rowsOf(trace: ColumnTable): TraceRow[] {
  const [ts, cpu, event, detail, target, targets, pages] = [
    "ts_ns",
    "cpu",
    "event",
    "detail",
    "target",
    "target_cpus",
    "pages",
  ].map((name) => columnValues(trace, name));
  return ts!.map((tsNs, i) => ({
    tsNs: Number(tsNs),
    cpu: Number(cpu![i]),
    event: String(event![i]),
    detail: String(detail![i]),
    target: Number(target![i]),
    targets: readCpuList(String(targets![i]), maxCpus),
    pages: Number(pages![i]),
  }));
}
