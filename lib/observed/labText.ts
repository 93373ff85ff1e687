/** Measured runs in the format of the lab's `data.csv`: one line a run and interrupt row. */
import type { StreamRow, StreamRun } from "./labStream.ts";

/** The names of the columns, which {@link labCsv} finds again. */
export const labColumns: readonly string[] = [
  ...["boot", "mode", "arch", "kernel", "cpus", "case", "params", "run", "rep", "ops", "op_us"],
  ...["base_us", "minflt", "row", "desc", "delta", "base_delta", "percpu_delta", "percpu_base"],
  "extra",
];

/** One line of values, quoted where they need it. */
export function csvLine(values: readonly unknown[]): string {
  return values.map(field).join(",");
}

function field(value: unknown): string {
  const text = String(value ?? "");
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** What the runs of one boot have in common. */
export interface LabBoot {
  /** As {@link parseBootName} reads it: `x86-6.12-8-main`. */
  readonly name: string;
  /** How the machine was run: `qemu-tcg round robin`. */
  readonly mode: string;
}

/** Rows that are kept of every run, also where they count nothing. */
const alwaysKept = new Set(["CAL", "TLB", "RES", "IPI0", "IPI1", "16"]);
/** Rows that the results of the case stand in. */
const withExtra = new Set(["CAL", "IPI1", "16"]);

/** The lines of a boot's runs, numbered from 1, without the header. */
export function labLinesOf({ name, mode }: LabBoot, runs: readonly StreamRun[]): string[] {
  return runs.flatMap((run, i) => {
    const { arch, kernel, cpus, caseName, params, rep, ops, opUs, baseUs, minflt } = run;
    const head = [name, mode, arch, kernel, cpus, caseName, params, i + 1, rep];
    return run.rows
      .filter(isKept)
      .map((row) => csvLine([...head, ops, opUs, baseUs, minflt, ...cellsOf(row, run.extra)]));
  });
}

/** Interrupts between CPUs, and whatever else has a name and happened. */
function isKept({ row, description, counts, idle }: StreamRow): boolean {
  if (alwaysKept.has(row)) return true;
  if (sum(counts) === 0 && sum(idle) === 0) return false;
  return !/^\d/.test(row) || /\bIPI\b/.test(description);
}

/** Timer ticks keep their totals only. */
function cellsOf(
  { row, description, counts, idle }: StreamRow,
  extra: Readonly<Record<string, number>>,
): unknown[] {
  const totals = [row, description, sum(counts), sum(idle)];
  if (row === "LOC") return [...totals, "", "", ""];
  const quiet = idle.every((count) => count === 0);
  const results = withExtra.has(row) ? JSON.stringify(extra) : "";
  return [...totals, JSON.stringify(counts), quiet ? "0" : JSON.stringify(idle), results];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
