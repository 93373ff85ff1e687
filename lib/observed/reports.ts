/**
 * Small reports about interrupts that others print: comparisons of the kernel test robot, counts of
 * trace-cmd lines, and records of wprof.
 */
import { checkString } from "../base/check.ts";
import { SkipCounter, type SkippedLines } from "./skipped.ts";
import { eachLine } from "./textLines.ts";

/** A line of a comparison of the kernel test robot. */
export interface LkpRow {
  /** CPU, or -1 for all together. */
  readonly cpu: number;
  /** `CAL`, `TLB`. */
  readonly irq: string;
  readonly before: number;
  readonly changePct: number;
  readonly after: number;
}

/** Interrupt lines of a comparison, and what was passed over. */
export interface LkpReport {
  readonly rows: readonly LkpRow[];
  readonly skipped: readonly SkippedLines[];
}

/** A figure with its deviation: `521370 ±  3%`. */
const figure = String.raw`(\d{1,15}(?:\.\d{1,6})?)(?: ±\s*\d{1,6}%)?`;
const change = String.raw`([+-]\d{1,9}\.\d%)`;
const row = String.raw`interrupts\.(?:CPU(\d{1,5})\.)?([^\s:]{1,40}):`;
const lkpLine = new RegExp(String.raw`^\s*${figure}\s+${change}\s+${figure}\s+${row}`);

/** Reads `521370 ± 3% -46.6% 278562 ± 38% interrupts.CPU9.CAL:Function_call_interrupts`. */
export function parseLkp(text: string): LkpReport {
  const skipped = new SkipCounter();
  const rows: LkpRow[] = [];
  eachLine(checkString("report", text), (line, number) => {
    const found = lkpLine.exec(line.slice(0, 400));
    if (found === null) {
      skipped.add(line.trim() === "" ? "blank line" : "no comparison", number, line);
      return;
    }
    rows.push({
      cpu: found[4] === undefined ? -1 : Number(found[4]),
      irq: found[5]!,
      before: Number(found[1]),
      changePct: Number(found[2]!.replace("%", "")),
      after: Number(found[3]),
    });
  });
  return { rows, skipped: skipped.list() };
}

/** Lines of a trace that somebody counted with `uniq -c`. */
export interface AggregateReport {
  /** `callback=…` counts sendings, `func=…` counts queued functions, one for each target. */
  readonly rows: readonly {
    readonly kind: "send" | "queued";
    readonly func: string;
    readonly count: number;
  }[];
  readonly sends: number;
  readonly queued: number;
  readonly skipped: readonly SkippedLines[];
}

/** Reads `531 callback=generic_smp_call_function_single_interrupt+0x0`, `78 func=do_sync_core`. */
export function parseAggregate(text: string): AggregateReport {
  const skipped = new SkipCounter();
  const rows: AggregateReport["rows"][number][] = [];
  eachLine(checkString("report", text), (line, number) => {
    const found = /^\s*(\d{1,15}) (callback|func)=([\w.]{1,128})/.exec(line);
    if (found === null) {
      skipped.add(line.trim() === "" ? "blank line" : "no count", number, line);
      return;
    }
    const kind = found[2] === "callback" ? "send" : "queued";
    rows.push({ kind, func: found[3]!, count: Number(found[1]) });
  });
  const sum = (kind: string): number =>
    rows.reduce((total, row) => (row.kind === kind ? total + row.count : total), 0);
  return { rows, sends: sum("send"), queued: sum("queued"), skipped: skipped.list() };
}

/** Records of wprof about interrupts between CPUs; a time or CPU that is missing is NaN or -1. */
export interface WprofReport {
  readonly rows: readonly {
    /** `ipi_send` or `ipi`. */
    readonly event: string;
    readonly tsNs: number;
    readonly cpu: number;
    /** The other CPU: target of a sending, sender of a receipt. */
    readonly other: number;
    readonly task: string;
    readonly kind: string;
    /** From sending to handler. */
    readonly delayNs: number;
    readonly durationNs: number;
  }[];
  readonly skipped: readonly SkippedLines[];
}

/** Reads NDJSON of wprof (JSON_SCHEMA.md of anakryiko/wprof); times there are seconds. */
export function parseWprof(text: string): WprofReport {
  const skipped = new SkipCounter();
  const rows: WprofReport["rows"][number][] = [];
  eachLine(checkString("wprof text", text), (line, number) => {
    const record = jsonObject(line);
    if (record === undefined || (record.t !== "ipi_send" && record.t !== "ipi")) {
      const reason = record === undefined ? "no JSON object" : "other record";
      skipped.add(line.trim() === "" ? "blank line" : reason, number, line);
      return;
    }
    const { ts, t, task, cpu, kind, target_cpu, sender_cpu, ipi_delay, dur } = record;
    const comm = (task as { comm?: unknown } | null | undefined)?.comm;
    rows.push({
      event: String(t),
      tsNs: nanoseconds(ts),
      cpu: integerOr(cpu, -1),
      other: integerOr(target_cpu ?? sender_cpu, -1),
      task: typeof comm === "string" ? comm : "",
      kind: typeof kind === "string" ? kind : "",
      delayNs: nanoseconds(ipi_delay),
      durationNs: nanoseconds(dur),
    });
  });
  return { rows, skipped: skipped.list() };
}

function jsonObject(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function nanoseconds(seconds: unknown): number {
  return typeof seconds === "number" ? Math.round(seconds * 1e9) : Number.NaN;
}

function integerOr(value: unknown, otherwise: number): number {
  return Number.isSafeInteger(value) ? (value as number) : otherwise;
}
