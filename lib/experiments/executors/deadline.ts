/** The time limit of each cell of a message, from when the thread begins to compute it. */

/** Time between two looks at a thread. */
const LOOK_MS = 20;

/** Aborts its signal when a thread has computed one cell for too long. */
export class Deadline {
  /** What the thread computes: the number of the cell, from 1 on. */
  readonly begun: Int32Array = new Int32Array(new SharedArrayBuffer(4));
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout | undefined;

  /** `limitMs` 0: never. */
  constructor(limitMs: number) {
    if (limitMs === 0) return;
    let [cell, begunMs] = [0, 0];
    const look = (): void => {
      const now = performance.now();
      const current = Atomics.load(this.begun, 0);
      if (current !== cell) [cell, begunMs] = [current, now];
      if (cell > 0 && now - begunMs >= limitMs) this.controller.abort();
    };
    this.timer = setInterval(look, Math.min(LOOK_MS, limitMs));
  }

  /** Aborts when the time is up. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Stops the clock. */
  end(): void {
    clearInterval(this.timer);
  }
}
