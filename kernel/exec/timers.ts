/**
 * Timers whose callbacks can be terminated. Node aborts the whole process when execution is
 * terminated directly in the callback of a timer, because its own bookkeeping around the call is
 * cut off. So the timer only resolves a promise, and the callback runs right behind it.
 */

type Callback = (...values: unknown[]) => void;
type Timer = (callback: Callback, ...rest: unknown[]) => unknown;

const names = ["setTimeout", "setInterval", "setImmediate"] as const;

/** The timers of cells. */
export interface CellTimers {
  /** No timer of that execution fires again, nor one that is firing just now. */
  drop(run: number): void;
}

/** Replaces the global functions. What Node itself does with timers stays as it is. */
export function makeTimersTerminable(currentRun: () => number): CellTimers {
  const { clearTimeout } = globalThis;
  const dropped = new Set<number>();
  let firing: unknown;
  for (const name of names) {
    const original = globalThis[name] as unknown as Timer;
    const replacement = (callback: Callback, ...rest: unknown[]): unknown => {
      if (typeof callback !== "function") return original(callback, ...rest);
      const run = currentRun();
      return original(
        function (this: unknown, ...values: unknown[]) {
          if (dropped.has(run)) return clearTimeout(this as NodeJS.Timeout);
          due.then(() => {
            firing = this;
            try {
              callback.apply(this, values);
            } finally {
              firing = undefined;
            }
          });
        },
        ...rest,
      );
    };
    // `util.promisify(setTimeout)` finds its own version among the properties.
    Object.defineProperties(replacement, Object.getOwnPropertyDescriptors(original));
    Object.defineProperty(globalThis, name, { value: replacement, writable: true });
  }
  return {
    drop(run) {
      dropped.add(run);
      if (firing !== undefined) clearTimeout(firing as NodeJS.Timeout);
      firing = undefined;
    },
  };
}

const due = Promise.resolve();
