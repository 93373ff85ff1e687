/** Names and numbers as a reader expects them on an axis: "IPIs saved", "12 ms", "40M". */
import { grouped } from "../tables/cells.ts";
import { type Unit, unitOf } from "../tables/schema.ts";

/** Words that are not written as a column name writes them. */
const spelling: Readonly<Record<string, string>> = {
  ipis: "IPIs",
  ipi: "IPI",
  cpus: "CPUs",
  cpu: "CPU",
  cal: "CAL",
  tlb: "TLB",
  irq: "IRQ",
  gup: "GUP",
  linux: "Linux",
};

/** A column name in words: `gup_fast_ns_p99` is "GUP-fast p99", `cpus` is "CPUs". */
export function columnTitle(column: string): string {
  const words = column.split("_").filter((word) => word !== "" && word !== "pct");
  const kept =
    unitOf(column) === "ns" ? words.filter((word) => word !== "ns" && word !== "ts") : words;
  // A bare statistic (`ns_p99`) does not say what it is of.
  if (/^(ns|ts)(_|$)/.test(column)) kept.push("time");
  return kept
    .map((word) => spelling[word] ?? word)
    .join(" ")
    .replace("GUP fast", "GUP-fast")
    .replace("IRQ off", "IRQ-off");
}

/** Last words of column names that are units no tick label carries. */
const unitWords: Readonly<Record<string, string>> = {
  us: "µs",
  ms: "ms",
  kib: "KiB",
  mib: "MiB",
  gib: "GiB",
};

/** The title of an axis: {@link columnTitle}, with the unit where tick labels do not carry it. */
export function axisTitle(column: string): string {
  const [, what, word = ""] = /^(\w*?)_?([a-z]+)$/.exec(column) ?? [];
  const unit = Object.hasOwn(unitWords, word) ? unitWords[word] : undefined;
  if (unit !== undefined && !what?.endsWith("per")) {
    const time = word === "us" || word === "ms" ? "time" : "size";
    return `${capitalised(columnTitle(what || time))} (${unit})`;
  }
  // The name of a foreign column is shown as it is.
  const title = /^\w+$/.test(column) ? capitalised(columnTitle(column)) : column;
  return unitOf(column) === "percent" ? `${title} (%)` : title;
}

/** The text with a capital first letter, unless its first word is a symbol such as p99. */
export function capitalised(text: string): string {
  return text.replace(/^[a-z](?=[a-z]*\b)/, (letter) => letter.toUpperCase());
}

/** Smallest value of a step, the suffix it gets, and what to divide by (default: that value). */
type Step = readonly [from: number, suffix: string, divisor?: number];

/** Largest first; below the last step a number stays as it is. */
const steps: Readonly<Partial<Record<Unit, readonly Step[]>>> = {
  ns: [
    [1e9, " s"],
    [1e6, " ms"],
    [1e3, " µs"],
    [1, " ns"],
  ],
  bytes: [
    [2 ** 30, " GiB"],
    [2 ** 20, " MiB"],
    [2 ** 10, " KiB"],
    [1, " B"],
  ],
  percent: [],
  cpus: [],
};

const countSteps: readonly Step[] = [
  [1e12, "T"],
  [1e9, "G"],
  [1e6, "M"],
  [1e4, "k", 1e3],
];

/**
 * The Vega expression that labels a tick. It is made of constants of this file only: no name and no
 * value of the data becomes part of an expression.
 */
export function tickExpression(unit: Unit | undefined): string {
  const own = (unit === undefined ? undefined : steps[unit]) ?? countSteps;
  return own.reduceRight((rest, [from, suffix, divisor = from]) => {
    const scaled = `format(datum.value / ${divisor}, '.4~g') + '${suffix}'`;
    return `abs(datum.value) >= ${from} ? ${scaled} : ${rest}`;
  }, "format(datum.value, ',~r')");
}

/** A value as text beside its mark: times and sizes in their unit, counts in full digits. */
export function quantityText(value: number, unit: Unit | undefined): string {
  const own = (unit === undefined ? undefined : steps[unit]) ?? [];
  const step = own.find(([from]) => Math.abs(value) >= from);
  if (step !== undefined) {
    const [from, suffix, divisor = from] = step;
    return `${Number((value / divisor).toPrecision(4))}${suffix}`;
  }
  const digits = Number.isInteger(value) || Math.abs(value) >= 1000 ? 0 : 2;
  return `${grouped(value.toFixed(digits))}${unit === "percent" ? "%" : ""}`;
}
