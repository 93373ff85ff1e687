/** Charts of real traces and readings: each takes the table of that name as it is. */
import { checkInteger, checkKeys } from "../base/check.ts";
import { type ColumnTable, columnValues, requireColumns, tableFrom } from "../tables/frame.ts";
import { bars } from "./bars.ts";
import type { Chart } from "./chart.ts";
import { distribution } from "./distribution.ts";
import { lines } from "./lines.ts";
import type { PageOptions } from "./page.ts";
import { maxSeries } from "./series.ts";

/** How much of a table to draw; what is left out becomes one more item, `other`. */
export interface ObservedOptions extends PageOptions {
  /** Items to draw, 1…40 (default 15). */
  readonly most?: number;
}

/** CPUs that are drawn one by one; more are drawn as sums of neighbours. */
const maxPlaces = 256;

const other = "other";

type Row = Readonly<Record<string, unknown>>;

/** Interrupts by CPU, one line a row of /proc/interrupts: the eight largest that are not zero. */
export function interruptsByCpu(table: ColumnTable, options: PageOptions = {}): Chart {
  checkKeys("chart.interruptsByCpu", options, ["title", "subtitle", "source"]);
  const rows = rowsOf(table, ["cpu", "irq", "count"]);
  const kept = new Set(largest(rows, "irq", "count", maxSeries));
  const drawn = rows.filter(({ irq }) => kept.has(String(irq)));
  const cpus = new Set(drawn.map(({ cpu }) => Number(cpu)));
  const width = Math.ceil((Math.max(0, ...cpus) + 1) / maxPlaces);
  const placed = drawn.map((row) => ({
    cpu: width * Math.floor(Number(row.cpu) / width),
    irq: row.irq,
    count: row.count,
  }));
  const note = width === 1 ? {} : { subtitle: `Sums of ${width} neighbouring CPUs` };
  const shown = tableFrom(summed(placed, ["cpu", "irq"], "count"), ["cpu", "irq", "count"]);
  const page = { title: "Interrupts by CPU", ...note, ...options };
  return lines(shown, { x: "cpu", y: "count", color: "irq", xScale: "linear", ...page });
}

/** Times from sending to handler: the table of `trace.distributions()`, one panel a purpose. */
export function sendLatencies(table: ColumnTable, options: PageOptions = {}): Chart {
  checkKeys("chart.sendLatencies", options, ["title", "subtitle", "source"]);
  const xTitle = "Time from sending to handler";
  const page = { title: xTitle, ...options };
  const rows = rowsOf(table, ["what", "latency_ns_lo", "latency_ns_hi", "count"]);
  const totals = new Map(summed(rows, ["what"], "count").map((row) => [row.what, row.count]));
  const shares = rows.map((row) => {
    return { ...row, share_pct: (100 * Number(row.count)) / Number(totals.get(row.what)) };
  });
  const names = ["what", "latency_ns_lo", "latency_ns_hi", "share_pct"];
  const columns = { lo: names[1]!, hi: names[2]!, series: "what", count: "share_pct" };
  return distribution(tableFrom(shares, names), { ...columns, xTitle, ...page });
}

/** Who interrupts CPUs: sender, CPU, task and purpose of the most interrupts. */
export function interrupters(table: ColumnTable, options: ObservedOptions = {}): Chart {
  const rows = rowsOf(table, ["cpu", "purpose", "func", "sender", "task", "count"]);
  const named = rows.map((row) => ({ who: interrupterName(row), interrupts: row.count }));
  const shown = most(named, "who", "interrupts", checked("interrupters", options));
  return bars(shown, { x: "who", y: "interrupts", ...page("Who interrupts the CPUs", options) });
}

/** Interrupts by call site, coloured by purpose. */
export function callSites(table: ColumnTable, options: ObservedOptions = {}): Chart {
  const rows = rowsOf(table, ["callsite", "purpose", "ipis"]).map((row) => ({
    callsite: row.callsite === "" ? "(unknown)" : row.callsite,
    purpose: row.purpose,
    ipis: row.ipis,
  }));
  const shown = most(summed(rows, ["callsite", "purpose"], "ipis"), "callsite", "ipis", {
    count: checked("callSites", options),
    color: "purpose",
  });
  const title = "Interrupts between CPUs by call site";
  return bars(shown, { x: "callsite", y: "ipis", color: "purpose", ...page(title, options) });
}

/** TLB flushes by pages, coloured by reason. */
export function flushReasons(table: ColumnTable, options: PageOptions = {}): Chart {
  checkKeys("chart.flushReasons", options, ["title", "subtitle", "source"]);
  const all = rowsOf(table, ["reason", "pages", "count"]);
  const known = new Set(largest(all, "reason", "count", maxSeries - 1));
  const rows = all.map(({ reason, pages, count }) => ({
    pages: pageClass(Number(pages)),
    reason: known.has(String(reason)) ? reason : other,
    flushes: count,
  }));
  const order = ["all", "0", "1", "2-33", "34-511", "512 and more"];
  const sorted = summed(rows, ["pages", "reason"], "flushes").sort(
    (left, right) => order.indexOf(String(left.pages)) - order.indexOf(String(right.pages)),
  );
  const shown = tableFrom(sorted, ["pages", "reason", "flushes"]);
  const columns = { x: "pages", y: "flushes", color: "reason" };
  return bars(shown, { ...columns, ...page("TLB flushes by pages and reason", options) });
}

/** Interrupts and flushes a second over time: the eight most frequent activities. */
export function rates(table: ColumnTable, options: PageOptions = {}): Chart {
  checkKeys("chart.rates", options, ["title", "subtitle", "source"]);
  const rows = rowsOf(table, ["ts_ns", "activity", "per_second"]);
  const kept = new Set(largest(rows, "activity", "per_second", maxSeries));
  const drawn = rows.filter(({ activity }) => kept.has(String(activity)));
  const shown = tableFrom(drawn, ["ts_ns", "activity", "per_second"]);
  const columns = { x: "ts_ns", y: "per_second", color: "activity", xScale: "linear" as const };
  return lines(shown, { ...columns, ...page("Rates over time", options) });
}

/** `0 to 3, kworker: flush`; for what no CPU sent, `3: local_timer_entry`. */
function interrupterName({ cpu, purpose, func, sender, task }: Row): string {
  if (Number(sender) < 0) return `${cpu}: ${func}`;
  const from = task === "" ? `${sender} to ${cpu}` : `${sender} to ${cpu}, ${task}`;
  // What was called says more than "call", unless it is only the callback of every call.
  const isTold = purpose !== "call" || /^generic_smp|interrupts$/.test(String(func));
  return `${from}: ${isTold ? purpose : func}`;
}

function page(title: string, options: ObservedOptions): PageOptions {
  const { most: _, ...given } = options;
  return { title, ...given };
}

/** Checks the options; how many items to draw. */
function checked(name: string, options: ObservedOptions): number {
  checkKeys(`chart.${name}`, options, ["most", "title", "subtitle", "source"]);
  return checkInteger("most", options.most ?? 15, 1, 40);
}

function rowsOf(table: ColumnTable, names: readonly string[]): Row[] {
  requireColumns(table, names);
  const columns = names.map((name) => columnValues(table, name));
  return Array.from({ length: table.numRows() }, (_, row) =>
    Object.fromEntries(names.map((name, i) => [name, columns[i]![row]])),
  );
}

/** Rows with equal keys become one, their amounts added. */
function summed(rows: readonly Row[], keys: readonly string[], amount: string): Row[] {
  const groups = new Map<string, Row>();
  for (const row of rows) {
    const key = JSON.stringify(keys.map((name) => row[name]));
    const sum = Number(groups.get(key)?.[amount] ?? 0) + Number(row[amount]);
    groups.set(key, { ...row, [amount]: sum });
  }
  return [...groups.values()];
}

/** Names with the largest amounts, largest first; none whose amount is zero. */
function largest(rows: readonly Row[], name: string, amount: string, count: number): string[] {
  const sums = summed(
    rows.map((row) => ({ [name]: String(row[name]), [amount]: row[amount] })),
    [name],
    amount,
  ).filter((row) => Number(row[amount]) > 0);
  sums.sort((left, right) => Number(right[amount]) - Number(left[amount]));
  return sums.slice(0, count).map((row) => String(row[name]));
}

/** The rows of the largest names, and one row (for each colour) for all others together. */
function most(
  rows: readonly Row[],
  name: string,
  amount: string,
  how: number | { readonly count: number; readonly color: string },
): ColumnTable {
  const { count, color } = typeof how === "number" ? { count: how, color: undefined } : how;
  const kept = largest(rows, name, amount, count);
  const known = new Set(kept);
  const renamed = rows.map((row) => ({
    ...row,
    [name]: known.has(String(row[name])) ? row[name] : other,
  }));
  const keys = color === undefined ? [name] : [name, color];
  const order = [...kept, other];
  const all = summed(renamed, keys, amount).filter((row) => Number(row[amount]) > 0);
  all.sort((left, right) => order.indexOf(String(left[name])) - order.indexOf(String(right[name])));
  return tableFrom(all, [...keys, amount]);
}

/** Sizes that the kernel treats differently: 33 pages is the ceiling of single flushes on x86. */
function pageClass(pages: number): string {
  if (pages < 0) return "all";
  if (pages < 2) return String(pages);
  if (pages <= 33) return "2-33";
  return pages < 512 ? "34-511" : "512 and more";
}
