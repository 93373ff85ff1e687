/** How CPUs hand work to one another in series that mainline does not have. */
import type { Scope, Variable } from "../steps/instructions.ts";

function number(scope: Scope, name: string, meaning: string): Variable {
  return { name, scope, holds: "number", initial: 0, meaning };
}

/** A target says that it has begun to flush (Nadav Amit's early acknowledgement, 2019). */
export const earlyAcked: Variable = number("cpu", "csd_early_ack", "1 once the handler runs");

/** A task has left its CPU and may go on elsewhere. */
export const taskMoved: Variable = number("global", "sched_task_moved", "1 once it is there");

/** All of this file. */
export const HANDOFF_VARIABLES: readonly Variable[] = [earlyAcked, taskMoved];
