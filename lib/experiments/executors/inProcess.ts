/** Computes cells one after the other on the calling thread. */
import { setImmediate } from "node:timers/promises";
import { checkedBy } from "../../base/cellHost.ts";
import { problemText } from "../store/outcome.ts";
import type { CellTask } from "../sweep/cell.ts";
import type { Executor, Work } from "./executor.ts";
import { runCell } from "./runCell.ts";
import { timeoutProblem } from "./workerProblem.ts";

/** How a program may run the computation of a cell, for instance so that a signal ends it. */
export type Around = <T>(compute: () => T) => T;

/** Time between two looks at who may have asked to stop, within a cell. */
const LOOK_MS = 100;

/**
 * No threads, hence no limit of memory. The time limit and requests to stop are heeded within a
 * cell, a few milliseconds late.
 */
export function inProcess(around: Around = (compute) => compute()): Executor {
  return {
    name: "in-process",
    delivery: "emits",
    without: ["memoryMb"],
    run: async (work: Work): Promise<void> => {
      for (const cell of work.cells) {
        await setImmediate();
        if (work.signal.aborted) return;
        const started = performance.now();
        const text = outcomeOf(cell, work, around);
        if (text === undefined) return;
        work.emit(text, performance.now() - started);
      }
    },
  };
}

/** The cell has computed for too long. */
class TimedOut extends Error {}

/** The sweep is to stop. */
class Stopped extends Error {}

/** The text of the outcome; undefined when the sweep is to stop. */
function outcomeOf(cell: CellTask, work: Work, around: Around): string | undefined {
  const { attempts, timeoutMs } = work.limits;
  for (let left = attempts; left > 0; left--) {
    try {
      return around(() => checkedBy(checkOf(work), () => runCell(cell)));
    } catch (error) {
      // An interrupted notebook cell ends the computation before its signal says so.
      work.look?.();
      if (work.signal.aborted) return undefined;
      if (!(error instanceof TimedOut)) throw error;
    }
  }
  return problemText(cell.key, timeoutProblem(timeoutMs));
}

/** Throws when the time is up or the sweep is to stop. */
function checkOf({ limits: { timeoutMs }, look, signal }: Work): () => void {
  const startedMs = performance.now();
  let lookedMs = startedMs;
  return () => {
    const now = performance.now();
    if (timeoutMs > 0 && now - startedMs >= timeoutMs) throw new TimedOut();
    if (now - lookedMs < LOOK_MS) return;
    lookedMs = now;
    look?.();
    if (signal.aborted) throw new Stopped();
  };
}
