/** What texts of /proc say about a window. */
import { interruptDelta } from "../../observed/interruptDelta.ts";
import { type ColumnTable, toTable } from "../../tables/frame.ts";

/** Interrupts between two readings of /proc/interrupts: cpu, irq, count. */
export function between(before: string, after: string): ColumnTable {
  const { cpu, irq, count } = interruptDelta(before, after);
  return toTable("interrupts", { cpu, irq, count });
}

/** Time that the hypervisor ran others, percent of all CPUs, between two texts of /proc/stat. */
export function stealPct(before: string, after: string): number {
  const [first, last] = [ticks(before), ticks(after)];
  return (100 * (last.steal - first.steal)) / Math.max(1, last.all - first.all);
}

/** Ticks since boot, all CPUs. */
function ticks(stat: string): { readonly steal: number; readonly all: number } {
  const [line = ""] = stat.split("\n", 1);
  const values = line.trim().split(/\s+/).slice(1, 9).map(Number);
  return { steal: values[7] ?? 0, all: values.reduce((sum, value) => sum + value, 0) };
}

/** Threads that are ready to run, from the text of /proc/loadavg. */
export function runnable(loadavg: string): number {
  return Number(/(\d+)\/\d+/.exec(loadavg)?.[1] ?? 0);
}
