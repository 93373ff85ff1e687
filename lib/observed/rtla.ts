/**
 * Results of `rtla osnoise` and `rtla timerlat` as text: `top` (a row a CPU, each screen replaces
 * the one before) and `hist` (a row a bucket, a column a CPU).
 */
import { checkString } from "../base/check.ts";
import { malformed } from "../base/messages.ts";
import { SkipCounter, type SkippedLines } from "./skipped.ts";
import { eachLine } from "./textLines.ts";

/** Figures of one result: long form, so that both tools and both modes share it. */
export interface RtlaData {
  readonly tool: "osnoise" | "timerlat";
  readonly mode: "top" | "hist";
  /** Unit of times: microseconds, as rtla prints without `--nano`, or nanoseconds. */
  readonly unit: "us" | "ns";
  /** CPU of each figure. */
  readonly cpu: readonly number[];
  /**
   * What it is. Top: `count` (periods or samples), and the words of its column (`noise`,
   * `max_single`, `irq`, `irq_max`, `thread_avg`). Hist: the series (`irq`, `thr`, `noise`), or
   * `irq_over`, `irq_count`, `irq_min`, `irq_avg`, `irq_max` for the lines below the buckets.
   */
  readonly what: readonly string[];
  /** Lowest value of the bucket in `unit`; -1 for figures that are no bucket. */
  readonly bucket: readonly number[];
  readonly value: readonly number[];
  readonly skipped: readonly SkippedLines[];
}

/** CPU, what, bucket, value. */
type Figure = readonly [number, string, number, number];

const osnoiseColumns = [
  ...["runtime", "noise", "available_pct", "max_noise", "max_single"],
  ...["hw", "nmi", "irq", "softirq", "thread"],
];

/** Longest text that is read. */
const maxLength = 67_108_864;

/** Reads the output of rtla. Throws SD006 when it is none; SD001 or SD003 when it is no text. */
export function parseRtla(text: string): RtlaData {
  checkString("rtla text", text);
  if (text.length > maxLength) throw malformed("rtla", `${text.length} characters`, "64 MiB");
  const head = text.slice(0, 65_536);
  const tool = /timer ?lat/i.test(head) ? "timerlat" : "osnoise";
  const hist = /^Index\s+\S+-\d+/m.test(head);
  if (!hist && !/^\s*CPU\s+(Period|COUNT)\b/m.test(head)) {
    throw malformed("rtla", text.slice(0, 80).trim(), "a heading such as CPU COUNT or Index");
  }
  const skipped = new SkipCounter();
  const figures = hist ? histFigures(text, skipped) : topFigures(text, tool, skipped);
  return {
    tool,
    mode: hist ? "hist" : "top",
    unit: /time unit is nanoseconds|time is in ns|\(ns\)/i.test(head) ? "ns" : "us",
    cpu: figures.map(([cpu]) => cpu),
    what: figures.map(([, what]) => what),
    bucket: figures.map(([, , bucket]) => bucket),
    value: figures.map(([, , , value]) => value),
    skipped: skipped.list(),
  };
}

/** `  0 #10  10000000  1234  99.98765 …` and `  0 #8984 | 1 0 1 7 | 11 2 10 25`. */
function topFigures(text: string, tool: string, skipped: SkipCounter): Figure[] {
  const byCpu = new Map<number, Figure[]>();
  eachLine(text, (line, number) => {
    const found = /^\s*(\d{1,5})\s+#(\d{1,15})\s(.{0,400})$/.exec(line);
    if (found === null) {
      skipped.add(line.trim() === "" ? "blank line" : "heading", number, line);
      return;
    }
    const cpu = Number(found[1]);
    const names = tool === "osnoise" ? osnoiseColumns : timerlatColumns(found[3]!);
    const figures: Figure[] = [[cpu, "count", -1, Number(found[2])]];
    words(found[3]!).forEach((value, column) => {
      const what = names[column];
      if (what !== undefined && !Number.isNaN(value)) figures.push([cpu, what, -1, value]);
    });
    byCpu.set(cpu, figures);
  });
  return [...byCpu].sort(([left], [right]) => left - right).flatMap(([, figures]) => figures);
}

/** Groups of four, in the order IRQ, thread, return to user space. */
function timerlatColumns(row: string): string[] {
  const groups = row.split("|").length > 3 ? ["irq", "thread", "user"] : ["irq", "thread"];
  return groups.flatMap((group) => ["cur", "min", "avg", "max"].map((name) => `${group}_${name}`));
}

/** Numbers of a row; `-` and other words are NaN. */
function words(text: string): number[] {
  return text
    .replaceAll("|", " ")
    .split(/\s+/)
    .filter((word) => word !== "")
    .map((word) => (/^-?\d{1,15}(\.\d{1,9})?$/.test(word) ? Number(word) : Number.NaN));
}

function histFigures(content: string, skipped: SkipCounter): Figure[] {
  let series: { name: string; cpu: number }[] = [];
  const figures: Figure[] = [];
  eachLine(content, (line, number) => {
    const text = line.trim();
    if (/^Index\s/.test(text)) {
      series = text.split(/\s+/).slice(1).map(seriesOf);
      return;
    }
    const found = /^(\d{1,12}|over:|count:|min:|avg:|max:)\s+(.*)$/.exec(text);
    if (found === null || series.length === 0) {
      skipped.add(text === "" ? "blank line" : "heading", number, line);
      return;
    }
    const kind = found[1]!.replace(":", "");
    const bucket = /^\d/.test(kind) ? Number(kind) : -1;
    words(found[2]!).forEach((value, column) => {
      const at = series[column];
      if (at === undefined || Number.isNaN(value) || (bucket >= 0 && value === 0)) return;
      figures.push([at.cpu, bucket >= 0 ? at.name : `${at.name}_${kind}`, bucket, value]);
    });
  });
  return figures;
}

/** `IRQ-003`, `Thr-003`, `CPU-003`. */
function seriesOf(heading: string): { name: string; cpu: number } {
  const found = /^([A-Za-z]{1,12})-(\d{1,5})$/.exec(heading);
  const name = (found?.[1] ?? heading).toLowerCase();
  return { name: name === "cpu" ? "noise" : name, cpu: found === null ? -1 : Number(found[2]) };
}
