/** `/proc/interrupts` as tables of the same shape as those of a run. */
import type { InterruptDelta } from "../observed/interruptDelta.ts";
import type { InterruptSnapshot } from "../observed/interruptSnapshot.ts";
import { procInterrupts as observed } from "../observed/procInterrupts.ts";
import type { ColumnTable } from "../tables/frame.ts";
import { toTable } from "../tables/frame.ts";

/** Readings of `/proc/interrupts`. All throw SD006 for text that is no such reading. */
export const procInterrupts: {
  /** One reading: its CPUs, rows and what was skipped. */
  readonly parse: (text: string) => InterruptSnapshot;
  /** What happened between two readings: cpu, irq, count, as `run.interrupts()` has them. */
  readonly delta: (beforeText: string, afterText: string) => ColumnTable;
  /** The same with everything that makes a count less than certain. */
  readonly details: (beforeText: string, afterText: string) => InterruptDelta;
  /** Interrupts of one row between two readings, all CPUs together; 0 for a row they lack. */
  readonly total: (beforeText: string, afterText: string, irq: string) => number;
} = { parse: observed.parse, delta, details: observed.delta, total };

function delta(beforeText: string, afterText: string): ColumnTable {
  const { cpu, irq, count } = observed.delta(beforeText, afterText);
  return toTable("interrupts", { cpu, irq, count });
}

function total(beforeText: string, afterText: string, irq: string): number {
  const found = observed.delta(beforeText, afterText);
  return found.irq.reduce((sum, row, i) => (row === irq ? sum + found.count[i]! : sum), 0);
}
