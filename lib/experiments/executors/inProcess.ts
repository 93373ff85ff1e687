/** Computes cells one after the other on the calling thread. */
import { setImmediate } from "node:timers/promises";
import type { Executor, Work } from "./executor.ts";
import { runCell } from "./runCell.ts";

/** No threads, no limits of time and memory; the signal is heeded between cells. */
export function inProcess(): Executor {
  return {
    name: "in-process",
    delivery: "emits",
    run: async ({ cells, signal, emit }: Work): Promise<void> => {
      for (const cell of cells) {
        await setImmediate();
        if (signal.aborted) return;
        const started = performance.now();
        const text = unlessStopped(signal, () => runCell(cell));
        if (text === undefined) return;
        emit(text, performance.now() - started);
      }
    },
  };
}

/** Long runs of the library throw when the notebook cell around them is interrupted. */
function unlessStopped<T>(signal: AbortSignal, compute: () => T): T | undefined {
  try {
    return compute();
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}
