/** What happened between two readings of `/proc/interrupts`, in the long form cpu, irq, count. */
import { formatCpuList } from "../base/cpuText.ts";
import { malformed } from "../base/messages.ts";
import { checkSameCpus, pairRows, pairWidth, type RowPair } from "./interruptPairs.ts";
import { type InterruptSnapshot, parseInterrupts } from "./interruptSnapshot.ts";
import type { SkippedLines } from "./skipped.ts";

/** Interrupts between two readings: columns of one length, and what a reader should know. */
export interface InterruptDelta {
  /** CPU number, from the header. */
  readonly cpu: Int32Array;
  /** Label of the row: `CAL`, `TLB`, `IPI1`, `24`. */
  readonly irq: readonly string[];
  /** Interrupts on that CPU from the first reading to the second. */
  readonly count: Float64Array;
  /** Description of each label: `{ CAL: "Function call interrupts" }`. */
  readonly descriptions: Readonly<Record<string, string>>;
  /** Differences of the rows that count for the whole machine (`ERR`, `MIS`). */
  readonly scalars: readonly { readonly irq: string; readonly count: number }[];
  /** Everything about a row that makes its counts less than certain. */
  readonly notes: readonly InterruptNote[];
  readonly skipped: {
    readonly before: readonly SkippedLines[];
    readonly after: readonly SkippedLines[];
  };
}

/**
 * Why a row needs a second look:
 * - `wrapped`: its 32-bit counter passed zero; the count takes that into account;
 * - `decreased`: it went down too far for that, as after a driver was loaded anew, or on old x86
 *   where CAL is calls minus TLB; the count is negative;
 * - `only-after`: absent before, taken as zero there (7.2 hides ERR, MIS, SPU, RTR while zero);
 * - `only-before`: absent after, its interrupts are unknown and the count is zero;
 * - `short`: fewer counts than CPUs; they are taken as those of the first CPUs.
 */
export interface InterruptNote {
  readonly irq: string;
  readonly kind: "wrapped" | "decreased" | "only-after" | "only-before" | "short";
  /** The CPUs concerned as a list, `0-3,8`; empty where the whole machine is meant. */
  readonly cpus: string;
}

/** Counters are `unsigned int` (struct irq_stat, kstat_irqs). */
const WRAP = 4_294_967_296;

/**
 * The difference of two readings of one boot of one machine. Throws what {@link parseInterrupts}
 * throws, and SD006 when the readings have other CPUs, or when counters only decrease, so that the
 * readings are in the wrong order or from different boots.
 */
export function interruptDelta(beforeText: string, afterText: string): InterruptDelta {
  const before = parseInterrupts(beforeText);
  const after = parseInterrupts(afterText);
  checkSameCpus(before.cpus, after.cpus);
  const pairs = pairRows(before.rows, after.rows);
  const difference = new Difference(before.cpus, pairs);
  for (const pair of pairs) difference.add(pair);
  return difference.finish(before, after);
}

class Difference {
  readonly #cpus: readonly number[];
  readonly #cpu: Int32Array;
  readonly #count: Float64Array;
  readonly #irq: string[] = [];
  readonly #descriptions: [string, string][] = [];
  readonly #scalars: { irq: string; count: number }[] = [];
  readonly #notes: InterruptNote[] = [];
  #increases = 0;
  #firstDecrease = "";

  constructor(cpus: readonly number[], pairs: readonly RowPair[]) {
    this.#cpus = cpus;
    const cells = pairs.reduce((sum, pair) => sum + pairWidth(pair), 0);
    this.#cpu = new Int32Array(cells);
    this.#count = new Float64Array(cells);
  }

  add(pair: RowPair): void {
    const { label, before, after } = pair;
    this.#descriptions.push([label, (after ?? before)!.description]);
    if (before === undefined) this.#note(label, "only-after", []);
    if (after === undefined) this.#note(label, "only-before", []);
    const scalar = (before ?? after)!.scalar;
    if (scalar !== undefined) this.#addScalar(label, before?.scalar, after?.scalar);
    else this.#addCounts(pair);
  }

  finish(before: InterruptSnapshot, after: InterruptSnapshot): InterruptDelta {
    if (this.#increases === 0 && this.#firstDecrease !== "") {
      throw malformed(
        "pair of readings",
        this.#firstDecrease,
        "the earlier reading first, and both from one boot",
      );
    }
    return {
      cpu: this.#cpu,
      irq: this.#irq,
      count: this.#count,
      descriptions: Object.fromEntries(this.#descriptions),
      scalars: this.#scalars,
      notes: this.#notes,
      skipped: { before: before.skipped, after: after.skipped },
    };
  }

  #addScalar(irq: string, before = 0, after = before): void {
    const count = forward(before, after);
    if (count < 0) this.#note(irq, "decreased", []);
    this.#scalars.push({ irq, count });
  }

  #addCounts(pair: RowPair): void {
    const { label, before, after } = pair;
    const wrapped: number[] = [];
    const decreased: number[] = [];
    const columns = pairWidth(pair);
    for (let column = 0; column < columns; column++) {
      const cpu = this.#cpus[column]!;
      const from = before?.counts[column] ?? 0;
      const to = after === undefined ? from : after.counts[column]!;
      const count = forward(from, to);
      if (count > 0) this.#increases++;
      if (count < 0) {
        decreased.push(cpu);
        this.#firstDecrease ||= `${label} of CPU${cpu} goes from ${from} to ${to}`;
      } else if (to < from) wrapped.push(cpu);
      this.#cpu[this.#irq.length] = cpu;
      this.#count[this.#irq.length] = count;
      this.#irq.push(label);
    }
    if (columns < this.#cpus.length) this.#note(label, "short", this.#cpus.slice(0, columns));
    if (wrapped.length > 0) this.#note(label, "wrapped", wrapped);
    if (decreased.length > 0) this.#note(label, "decreased", decreased);
  }

  #note(irq: string, kind: InterruptNote["kind"], cpus: readonly number[]): void {
    this.#notes.push({ irq, kind, cpus: formatCpuList(cpus) });
  }
}

/** Distance from one counter value to a later one; at most half the range counts as a wrap. */
function forward(from: number, to: number): number {
  const wraps = to < from && from < WRAP && to + WRAP - from < WRAP / 2;
  return wraps ? to + WRAP - from : to - from;
}
