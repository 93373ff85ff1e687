/** One measured window: readings around an operation, and around an idle time as long. */
import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { interruptDelta } from "../../observed/interruptDelta.ts";
import { type ColumnTable, toTable } from "../../tables/frame.ts";
import type { Sibling } from "./siblings.ts";

/** What one repetition counted. */
export interface Repetition {
  /** During the operation: cpu, irq, count. */
  readonly interrupts: ColumnTable;
  /** While the process then idled for `idleNs`. */
  readonly background: ColumnTable;
  /** Length of the operation, ns; of an interpreted loop, so that it is no latency. */
  readonly operationNs: number;
  readonly idleNs: number;
  /** Calls that the kernel refused. */
  readonly failed: number;
  /** Whether the siblings ran from before it until after it; null without any that spin. */
  readonly spun: boolean | null;
  /** Time that the hypervisor ran others, percent of all CPUs. */
  readonly stealPct: number;
  /** Threads that were ready to run after it, on the whole machine. */
  readonly running: number;
}

const BUFFER_BYTES = 1 << 22;
const SHORTEST_IDLE_MS = 20;
const LONGEST_IDLE_MS = 3000;

/** Reads /proc/interrupts into memory that is there already: nothing is mapped meanwhile. */
class Reader {
  readonly #file: number = openSync("/proc/interrupts", "r");
  readonly #buffers: readonly Buffer[] = [0, 1, 2].map(() => Buffer.alloc(BUFFER_BYTES, 1));
  readonly #lengths: [number, number, number] = [0, 0, 0];

  take(slot: 0 | 1 | 2): void {
    const buffer = this.#buffers[slot]!;
    let length = 0;
    for (;;) {
      const read = readSync(this.#file, buffer, length, BUFFER_BYTES - length, length);
      if (read === 0) break;
      length += read;
    }
    this.#lengths[slot] = length;
  }

  text(slot: 0 | 1 | 2): string {
    return this.#buffers[slot]!.toString("latin1", 0, this.#lengths[slot]);
  }

  close(): void {
    closeSync(this.#file);
  }
}

/** Does the operation once between two readings. */
export class Window {
  readonly #reader = new Reader();
  readonly #sleeper = new Int32Array(new SharedArrayBuffer(4));
  readonly #siblings: readonly Sibling[];

  /** `siblings` are those that spin. */
  constructor(siblings: readonly Sibling[]) {
    this.#siblings = siblings;
  }

  measure(operate: () => number): Repetition {
    const reader = this.#reader;
    reader.take(0);
    const stolen = stealTicks();
    const spinsOn = this.#watch();
    reader.take(0);
    const begin = nowNs();
    const failed = operate();
    const end = nowNs();
    reader.take(1);
    const spun = spinsOn();
    const steal = stealTicks();
    const idleMs = Math.min(LONGEST_IDLE_MS, Math.max(SHORTEST_IDLE_MS, (end - begin) / 1e6));
    Atomics.wait(this.#sleeper, 0, 0, idleMs);
    reader.take(2);
    return {
      interrupts: between(reader.text(0), reader.text(1)),
      background: between(reader.text(1), reader.text(2)),
      operationNs: end - begin,
      idleNs: Math.round(idleMs * 1e6),
      failed,
      spun,
      stealPct: (100 * (steal.steal - stolen.steal)) / Math.max(1, steal.all - stolen.all),
      running: runnable(),
    };
  }

  /** Sees each sibling spin now; the result tells whether none was switched away since. */
  #watch(): () => boolean | null {
    const siblings = this.#siblings;
    const before = siblings.map((sibling) => sibling.switches());
    const moved = siblings.map(goesRound);
    return () => {
      if (siblings.length === 0) return null;
      const after = siblings.map((sibling) => sibling.switches());
      return moved.every(Boolean) && after.every((count, i) => count === before[i]);
    };
  }

  /** A sleep without events: only this thread, ms. */
  pause(ms: number): void {
    Atomics.wait(this.#sleeper, 0, 0, ms);
  }

  close(): void {
    this.#reader.close();
  }
}

function between(before: string, after: string): ColumnTable {
  const { cpu, irq, count } = interruptDelta(before, after);
  return toTable("interrupts", { cpu, irq, count });
}

function nowNs(): number {
  return Number(process.hrtime.bigint());
}

/** Looks at a sibling until it has gone round, for at most 1 ms. */
function goesRound(sibling: Sibling): boolean {
  const [rounds, start] = [sibling.rounds(), nowNs()];
  while (sibling.rounds() === rounds) if (nowNs() - start > 1e6) return false;
  return true;
}

/** Ticks since boot, all CPUs: stolen by the hypervisor, and all. */
function stealTicks(): { readonly steal: number; readonly all: number } {
  const [line = ""] = readFileSync("/proc/stat", "latin1").split("\n", 1);
  const ticks = line.trim().split(/\s+/).slice(1, 9).map(Number);
  return { steal: ticks[7] ?? 0, all: ticks.reduce((sum, value) => sum + value, 0) };
}

function runnable(): number {
  const found = /(\d+)\/\d+/.exec(readFileSync("/proc/loadavg", "latin1"));
  return Number(found?.[1] ?? 0);
}
