/** One measured window: readings around an operation, and around an idle time as long. */
import { closeSync, openSync, readSync } from "node:fs";
import type { ColumnTable } from "../../tables/frame.ts";
import { procText } from "./ownMachine.ts";
import { between, runnable, stealPct } from "./readings.ts";
import type { Sibling } from "./siblings.ts";

/** What one repetition counted. */
export interface Repetition {
  /** During the operation: cpu, irq, count. */
  readonly interrupts: ColumnTable;
  /** While the process then did nothing for `idleNs`. */
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
  /** Page faults of the process during the operation that read nothing; null: not counted. */
  readonly faults: number | null;
  /** Length of as many calls without what is asked about, ns; null where there are none. */
  readonly contrastNs: number | null;
}

/** What records the events of a window. */
export interface Recorder {
  readonly on: () => void;
  readonly off: () => void;
}

const BUFFER_BYTES = 1 << 22;
const LONGEST_IDLE_NS = 3e9;
/** Work that was kept waiting by the operation gets this long before the idle time begins. */
const SETTLE_MS = 20;

/** Rounds between two looks at the clock, about a microsecond. */
const TURNS = 1000;

type Slot = 0 | 1 | 2 | 3;

/** Reads /proc/interrupts into memory that is there already: nothing is mapped meanwhile. */
class Reader {
  readonly #file: number = openSync("/proc/interrupts", "r");
  readonly #buffers: readonly Buffer[] = [0, 1, 2, 3].map(() => Buffer.alloc(BUFFER_BYTES, 1));
  readonly #lengths: [number, number, number, number] = [0, 0, 0, 0];

  take(slot: Slot): void {
    const buffer = this.#buffers[slot]!;
    let length = 0;
    for (;;) {
      const read = readSync(this.#file, buffer, length, BUFFER_BYTES - length, length);
      if (read === 0) break;
      length += read;
    }
    this.#lengths[slot] = length;
  }

  text(slot: Slot): string {
    return this.#buffers[slot]!.toString("latin1", 0, this.#lengths[slot]);
  }

  close(): void {
    closeSync(this.#file);
  }
}

/** Does the operation once between two readings. */
export class Window {
  readonly #reader = new Reader();
  readonly #sleeper = new Int32Array(new SharedArrayBuffer(8));
  readonly #siblings: readonly Sibling[];

  /** `siblings` are those that spin. */
  constructor(siblings: readonly Sibling[]) {
    this.#siblings = siblings;
  }

  /** `contrast` is timed behind the window; `recorder` runs while the operation does. */
  measure(operate: () => number, contrast?: () => void, recorder?: Recorder): Repetition {
    const reader = this.#reader;
    reader.take(0);
    const stat = procText("stat");
    const spinsOn = this.#watch();
    reader.take(0);
    recorder?.on();
    const begin = nowNs();
    const failed = operate();
    const end = nowNs();
    recorder?.off();
    reader.take(1);
    const spun = spinsOn();
    const statAfter = procText("stat");
    const idleNs = Math.min(LONGEST_IDLE_NS, end - begin);
    this.pause(SETTLE_MS);
    reader.take(2);
    this.#spin(idleNs);
    reader.take(3);
    return {
      interrupts: between(reader.text(0), reader.text(1)),
      background: between(reader.text(2), reader.text(3)),
      operationNs: end - begin,
      idleNs,
      failed,
      spun,
      stealPct: stealPct(stat, statAfter),
      running: runnable(procText("loadavg")),
      faults: null,
      contrastNs: contrast === undefined ? null : timed(contrast),
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

  /**
   * Does nothing, and keeps its CPU as the operation did: a CPU that others may use is woken more
   * often. Makes no object, so that the memory of this process stays as it is.
   */
  #spin(ns: number): void {
    const end = nowNs() + ns;
    do for (let i = 0; i < TURNS; i++) this.#sleeper[1]!++;
    while (nowNs() < end);
  }

  /** A sleep without events: only this thread, ms. */
  pause(ms: number): void {
    Atomics.wait(this.#sleeper, 0, 0, ms);
  }

  close(): void {
    this.#reader.close();
  }
}

function nowNs(): number {
  return Number(process.hrtime.bigint());
}

function timed(work: () => void): number {
  const begin = nowNs();
  work();
  return nowNs() - begin;
}

/** Looks at a sibling until it has gone round, for at most 1 ms. */
function goesRound(sibling: Sibling): boolean {
  const [rounds, start] = [sibling.rounds(), nowNs()];
  while (sibling.rounds() === rounds) if (nowNs() - start > 1e6) return false;
  return true;
}
