/** Repetitions of an operation that this process calls itself. */
import { refused } from "../../base/messages.ts";
import type { CallCase } from "./case.ts";
import { gatherThreads, type Libc, loadLibc } from "./libc.ts";
import { type CompleteOptions, mayUseFifo } from "./options.ts";
import { startSiblings } from "./siblings.ts";
import type { TraceInstance } from "./system/traceInstance.ts";
import { type Repetition, Window } from "./window.ts";

/** How one probe is measured. */
export interface Setting {
  readonly wanted: CompleteOptions;
  /** CPUs, the first for the thread that works. */
  readonly used: readonly number[];
  readonly tracing: TraceInstance | undefined;
}

/** What came of it. */
export interface MeasuredRepetitions {
  readonly repetitions: readonly Repetition[];
  readonly fifo: boolean;
}

/** What is still under way when a repetition begins gets this long, ms. */
const SETTLE_MS = 20;

/** Throws SD003 without koffi, SD011 for a priority that is not allowed. */
export async function measureCalls(
  kind: CallCase,
  { wanted, used, tracing }: Setting,
): Promise<MeasuredRepetitions> {
  const libc = await loadLibc();
  const { siblings, threads } = await startSiblings(used.slice(1));
  const spinning = wanted.siblings === "spin";
  const release = gatherThreads(libc, used[0]!, new Set(threads));
  const window = new Window(spinning ? siblings : []);
  const repetitions: Repetition[] = [];
  const priority = new Priority(libc, [0, ...threads], mayUseFifo(kind, wanted));
  const { contrast } = kind;
  try {
    for (let i = 0; i <= wanted.repetitions; i++) {
      kind.prepare(libc, wanted);
      try {
        priority.raise(wanted.priority === "fifo");
        for (const sibling of siblings) sibling.set("spin");
        if (!spinning) for (const sibling of siblings) sibling.set("sleep");
        window.pause(SETTLE_MS);
        const found = window.measure(
          () => kind.operate(libc, wanted),
          contrast === undefined ? undefined : () => contrast(libc, wanted),
          tracing,
        );
        if (i > 0) repetitions.push(found);
        else tracing?.clear();
      } finally {
        for (const sibling of siblings) sibling.set("sleep");
        priority.lower();
        kind.cleanUp(libc, wanted);
      }
    }
  } finally {
    window.close();
    release();
    for (const sibling of siblings) await sibling.end();
  }
  return { repetitions, fifo: priority.used };
}

/** Real-time priority of some threads, for as long as it is allowed. */
class Priority {
  used: boolean;
  readonly #libc: Libc;
  readonly #threads: readonly number[];

  constructor(libc: Libc, threads: readonly number[], wanted: boolean) {
    this.#libc = libc;
    this.#threads = threads;
    this.used = wanted;
  }

  raise(must: boolean): void {
    if (!this.used || this.#set(true)) return;
    this.#set(false);
    if (must) throw refused("priority", "fifo", "needs privileges");
    this.used = false;
  }

  lower(): void {
    if (this.used) this.#set(false);
  }

  #set(on: boolean): boolean {
    return this.#threads.every((one) => this.#libc.setFifo(one, on) === 0);
  }
}
