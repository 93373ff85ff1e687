/** Traces for other tools: Chrome trace JSON (Perfetto) and ftrace text. */
import type { ColumnTable } from "../tables/frame.ts";
import { columnValues } from "../tables/frame.ts";

interface TraceRow {
  tsNs: number;
  cpu: number;
  event: string;
  detail: string;
  target: number;
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

/** ftrace text: `comm-pid [cpu] seconds: event: fields`, as `trace-cmd report` prints it. */
export function toFtraceText(trace: ColumnTable): string {
  const lines = rowsOf(trace).map((row) => {
    const cpu = String(row.cpu).padStart(3, "0");
    const seconds = (row.tsNs / 1e9).toFixed(9);
    return `  <model>-0     [${cpu}] ${seconds}: ${row.event}: ${fieldsOf(row)}`.trimEnd();
  });
  return ["# tracer: nop", "#", ...lines, ""].join("\n");
}

function fieldsOf(row: TraceRow): string {
  switch (row.event) {
    case "tlb_flush":
      return `pages:${row.pages} reason:${row.detail}`;
    case "csd_queue_cpu":
      return `cpu=${row.target} func=${row.detail}`;
    case "ipi_send_cpu":
      return `cpu=${row.target}`;
    default:
      return row.detail;
  }
}

function rowsOf(trace: ColumnTable): TraceRow[] {
  const [ts, cpu, event, detail, target, pages] = [
    "ts_ns",
    "cpu",
    "event",
    "detail",
    "target",
    "pages",
  ].map((name) => columnValues(trace, name));
  return ts!.map((tsNs, i) => ({
    tsNs: Number(tsNs),
    cpu: Number(cpu![i]),
    event: String(event![i]),
    detail: String(detail![i]),
    target: Number(target![i]),
    pages: Number(pages![i]),
  }));
}
