/** The time limit of a message, from when the thread computes and not from when it starts. */

/** Time between two looks at a thread. */
const LOOK_MS = 20;

/** Aborts its signal when a thread has computed for too long. */
export class Deadline {
  /** Set to 1 by the thread. */
  readonly begun: Int32Array = new Int32Array(new SharedArrayBuffer(4));
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout | undefined;

  /** `limitMs` 0: never. */
  constructor(limitMs: number) {
    if (limitMs === 0) return;
    let begunMs: number | undefined;
    const look = (): void => {
      if (begunMs === undefined && Atomics.load(this.begun, 0) === 1) begunMs = performance.now();
      if (begunMs !== undefined && performance.now() - begunMs >= limitMs) this.controller.abort();
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
