/** Functions that other CPUs have queued on one CPU (kernel/smp.c, `call_single_queue`). */

/** A function queued on other CPUs: an assembled handler, or a wake-up when `handler` is −1. */
export interface Call {
  readonly handler: number;
  readonly initiator: number;
  readonly args: readonly number[];
  readonly sentAt: number;
}

/** The handler number of a wake-up (`sched_ttwu_pending`). */
export const WAKE_UP = -1;

/** What is queued, and what the CPU has taken from the queue and runs one after the other. */
export class CallQueue {
  private queued: Call[] = [];
  private taken: Call[] = [];
  private running = 0;

  /** Adds a call; returns whether the queue was empty, which is when the CPU is interrupted. */
  add(call: Call): boolean {
    return this.queued.push(call) === 1;
  }

  /** Takes everything that is queued. All that was taken before must be done. */
  take(): void {
    const empty = this.taken;
    this.taken = this.queued;
    this.queued = empty;
    this.running = 0;
  }

  /** The call that runs; nothing when all that was taken is done. */
  get current(): Call | undefined {
    return this.running < this.taken.length ? this.taken[this.running] : undefined;
  }

  /** The call that runs is done. */
  finish(): void {
    this.running++;
    if (this.running < this.taken.length) return;
    // One by one, so that the array keeps its memory for the next calls.
    while (this.taken.length > 0) this.taken.pop();
  }
}
