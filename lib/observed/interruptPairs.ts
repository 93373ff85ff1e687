/** Two readings of `/proc/interrupts` side by side: the same CPUs, and rows matched by label. */
import { formatCpuList } from "../base/cpuText.ts";
import { malformed } from "../base/messages.ts";
import type { InterruptRow } from "./interruptSnapshot.ts";

/** The rows of one label; one of them may be missing. */
export interface RowPair {
  readonly label: string;
  readonly before: InterruptRow | undefined;
  readonly after: InterruptRow | undefined;
}

/** Rows by label, in the order of the first reading, then those that only the second one has. */
export function pairRows(
  before: readonly InterruptRow[],
  after: readonly InterruptRow[],
): RowPair[] {
  const later = new Map(after.map((row) => [row.label, row]));
  const pairs: RowPair[] = before.map((row) => {
    const match = later.get(row.label);
    later.delete(row.label);
    return { label: row.label, before: row, after: match };
  });
  for (const row of later.values()) pairs.push({ label: row.label, before: undefined, after: row });
  return pairs;
}

/** Number of CPUs of which both rows of a pair have a count. */
export function pairWidth({ before, after }: RowPair): number {
  const left = (before ?? after)!.counts.length;
  const right = (after ?? before)!.counts.length;
  return Math.min(left, right);
}

/** Throws SD006 that names the CPUs which only one of the readings has. */
export function checkSameCpus(before: readonly number[], after: readonly number[]): void {
  const gone = without(before, after);
  const come = without(after, before);
  if (gone.length === 0 && come.length === 0) return;
  const found = [
    gone.length === 0 ? "" : `CPU ${formatCpuList(gone)} only before`,
    come.length === 0 ? "" : `CPU ${formatCpuList(come)} only after`,
  ].filter((part) => part !== "");
  throw malformed("pair of readings", found.join(", "), "the same online CPUs in both");
}

function without(cpus: readonly number[], others: readonly number[]): number[] {
  const known = new Set(others);
  return cpus.filter((cpu) => !known.has(cpu));
}
