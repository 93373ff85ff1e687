/** How one computes a cell again. */
import { describeLabels } from "./axes.ts";
import type { Plan, PlanCell } from "./plan.ts";

/** A command where there is a store, else the combination to build. */
export function replayLine(plan: Plan, folder: string | undefined, cell: PlanCell): string {
  if (folder !== undefined) {
    return `shootdown cell --store ${shellWord(folder)} --key ${cell.key.slice(0, 16)}`;
  }
  const where = describeLabels(plan.axes, cell.labels);
  return `sd.simulate(build({ … })) at ${where}; seed ${cell.seed}`;
}

/** The line that continues a sweep. */
export function resumeLine(folder: string): string {
  return `shootdown sweep resume ${shellWord(folder)}`;
}

/** A text as one word of a POSIX shell. */
export function shellWord(text: string): string {
  return /^[\w./:=@%+,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
