/** `/proc/interrupts` as tables of the same shape as those of a run. */

import { bytesOf, type Source } from "../observed/input.ts";
import type { InterruptDelta } from "../observed/interruptDelta.ts";
import { type InterruptEra, interruptEra } from "../observed/interruptEra.ts";
import { type InterruptSnapshot, parseInterrupts } from "../observed/interruptSnapshot.ts";
import { procInterrupts as observed } from "../observed/procInterrupts.ts";
import type { ColumnTable } from "../tables/frame.ts";
import { toTable } from "../tables/frame.ts";

/** Readings of `/proc/interrupts`. All throw SD006 for text that is no such reading. */
export const procInterrupts: {
  /** One reading: its CPUs, rows and what was skipped. */
  readonly parse: (text: string | Uint8Array) => InterruptSnapshot;
  /** One reading from a file or stream, unpacked when it is gzip or zstd; SD011, too. */
  readonly read: (source: Source) => Promise<InterruptSnapshot>;
  /** Whether CAL contains what TLB counts, by the release where it is known. */
  readonly era: (snapshot: InterruptSnapshot, release?: string) => InterruptEra;
  /** What happened between two readings: cpu, irq, count, as `run.interrupts()` has them. */
  readonly delta: (beforeText: string, afterText: string) => ColumnTable;
  /** The same with everything that makes a count less than certain. */
  readonly details: (beforeText: string, afterText: string) => InterruptDelta;
  /** Interrupts of one row between two readings, all CPUs together; 0 for a row they lack. */
  readonly total: (beforeText: string, afterText: string, irq: string) => number;
} = { parse: observed.parse, read, era: interruptEra, delta, details: observed.delta, total };

async function read(source: Source): Promise<InterruptSnapshot> {
  const pieces: Uint8Array[] = [];
  for await (const piece of bytesOf(source)) pieces.push(Buffer.from(piece));
  return parseInterrupts(Buffer.concat(pieces));
}

function delta(beforeText: string, afterText: string): ColumnTable {
  const { cpu, irq, count } = observed.delta(beforeText, afterText);
  return toTable("interrupts", { cpu, irq, count });
}

function total(beforeText: string, afterText: string, irq: string): number {
  const found = observed.delta(beforeText, afterText);
  return found.irq.reduce((sum, row, i) => (row === irq ? sum + found.count[i]! : sum), 0);
}
