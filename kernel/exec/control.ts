/**
 * What the main thread of a cell process and its guard thread have to agree on without messages: a
 * cell in an endless loop takes none. Four words of shared memory say which execution runs, which
 * one is to end, and whether it may be terminated just now.
 *
 * Terminating unwinds whatever the main thread is doing. In the code of a cell that is wanted; in
 * the middle of an event that is being written, or of the compiler, it would break the process. So
 * the kernel's own work is *protected*: the guard waits until it is over.
 *
 * A termination can be lost. Where Node calls JavaScript only to describe an error that is already
 * on its way (`error.stack` of a script that has thrown), it forgets whatever that call has ended
 * with, and the first error goes on. V8 does not count such a termination as made until its whole
 * stack is gone, and takes no other one before. So nobody waits for one without a limit.
 */

const flagWord = 0;
const runWord = 1;
const wantedWord = 2;
const modeWord = 3;
const endedWord = 4;
const beatWord = 5;
const heardWord = 6;
const wordCount = 7;

const open = 0;
const kernelAtWork = 1;
const terminating = 2;
/** The request for it is on its way to the main thread, which takes it in at its next step. */
const terminationSent = 3;

/** A termination that was asked for that long ago, and has not come meanwhile, was lost. */
const lostAfterMs = 25;

/** Time in which the guard asks for a termination that it has claimed; it needs far less. */
const askedWithinMs = 400;

/** Why an execution is to end; 0 means that it is not. */
export type Reason = 1 | 2;

/** Somebody asked for it. */
export const byRequest: Reason = 1;

/** Its `//% timeout` is over. */
export const byTimeout: Reason = 2;

/** Turns of loops between two looks at the shared flag: a look costs twenty times a count. */
const turnsPerLook = 64;

/** The shared words; both threads make one of the same memory. */
export class Control {
  readonly memory: SharedArrayBuffer;
  private readonly words: Int32Array;
  private isProtected = false;

  constructor(memory: SharedArrayBuffer = new SharedArrayBuffer(4 * wordCount)) {
    this.memory = memory;
    this.words = new Int32Array(memory);
  }

  // Main thread.

  /** An execution starts. It may have been interrupted before. */
  begin(run: number): void {
    Atomics.store(this.words, runWord, run);
    Atomics.store(this.words, flagWord, 0);
    if (Atomics.load(this.words, wantedWord) === run) {
      Atomics.store(this.words, flagWord, byRequest);
    }
  }

  /** It is over; what its timers and callbacks do from here on is nobody's cell. */
  end(run: number): void {
    Atomics.store(this.words, endedWord, run);
    Atomics.store(this.words, runWord, 0);
    Atomics.store(this.words, flagWord, 0);
  }

  /** Why the running execution is to end; undefined as long as it is not. */
  get reason(): Reason | undefined {
    const flag = Atomics.load(this.words, flagWord);
    return flag === 0 ? undefined : (flag as Reason);
  }

  /** Does work that must not be cut short, and be it by a termination that is already under way. */
  protect<T>(work: () => T): T {
    if (this.isProtected) return work();
    this.enter();
    this.isProtected = true;
    try {
      return work();
    } finally {
      this.isProtected = false;
      Atomics.compareExchange(this.words, modeWord, kernelAtWork, open);
    }
  }

  /** A termination cannot be called back: waits until it unwinds this frame, was made or lost. */
  private enter(): void {
    const { words } = this;
    for (;;) {
      const mode = Atomics.compareExchange(words, modeWord, open, kernelAtWork);
      if (mode === open) return;
      const limitMs = mode === terminationSent ? lostAfterMs : askedWithinMs;
      const isOver = Atomics.wait(words, modeWord, mode, limitMs) !== "timed-out";
      if (!isOver && Atomics.compareExchange(words, modeWord, mode, kernelAtWork) === mode) return;
    }
  }

  /** The main thread has heard that an execution was terminated; false when it knew already. */
  hear(run: number): boolean {
    return Atomics.exchange(this.words, heardWord, run) !== run;
  }

  /** The main thread takes events. */
  beat(): void {
    Atomics.add(this.words, beatWord, 1);
  }

  /** A function for loops: calls `onFlag` when the execution is to end. */
  ticker(onFlag: () => void): () => void {
    const { words } = this;
    let turns = 0;
    return () => {
      turns = (turns + 1) & (turnsPerLook - 1);
      if (turns === 0 && Atomics.load(words, flagWord) !== 0) onFlag();
    };
  }

  // Guard thread.

  /** Sets the flag of an execution. One that has not started yet will find it. */
  want(run: number, reason: Reason): void {
    Atomics.store(this.words, wantedWord, run);
    if (Atomics.load(this.words, runWord) === run) {
      Atomics.compareExchange(this.words, flagWord, 0, reason);
    }
  }

  /** The execution runs, or waits behind callbacks that earlier cells have left behind. */
  isDue(run: number): boolean {
    const running = Atomics.load(this.words, runWord);
    return running === run || (running === 0 && run > Atomics.load(this.words, endedWord));
  }

  /** Differs when the main thread has taken events in between. */
  get beats(): number {
    return Atomics.load(this.words, beatWord);
  }

  /** Takes the right to terminate; false while the kernel is at work. */
  claim(): boolean {
    return Atomics.compareExchange(this.words, modeWord, open, terminating) === open;
  }

  /** The termination has been asked for. */
  asked(): void {
    Atomics.compareExchange(this.words, modeWord, terminating, terminationSent);
    Atomics.notify(this.words, modeWord);
  }

  /** The termination has been made, or refused; no news where the main thread has gone on. */
  release(): void {
    for (const mode of [terminating, terminationSent]) {
      Atomics.compareExchange(this.words, modeWord, mode, open);
    }
    Atomics.notify(this.words, modeWord);
  }

  /** The main thread knows that the execution was terminated. */
  hasHeard(run: number): boolean {
    return Atomics.load(this.words, heardWord) === run;
  }
}
