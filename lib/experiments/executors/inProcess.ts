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
        emit(runCell(cell), performance.now() - started);
      }
    },
  };
}
