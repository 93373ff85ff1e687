/** What CPUs hand to one another in the workloads: threads that move, references dropped later. */
import type { Variable } from "../steps/instructions.ts";

/** A thread that was moved to this CPU and goes on here. */
export const arrivingMm: Variable = {
  name: "sched_arriving_mm",
  scope: "cpu",
  holds: "number",
  initial: 0,
  meaning: "address space of a thread that was moved to this CPU",
};

/** A reference that a kernel thread, or a reader of /proc, of this CPU holds and drops later. */
export const laterDropMm: Variable = {
  name: "sched_later_drop_mm",
  scope: "cpu",
  holds: "number",
  initial: 0,
  meaning: "address space that this CPU drops a reference to",
};

/** Jobs of a parallel build that may still hand something over. */
export const jobsLeft: Variable = {
  name: "sched_jobs_left",
  scope: "global",
  holds: "number",
  initial: 0,
  meaning: "jobs that are not done",
};

/** `preempt_count` of the thread on this CPU, as far as the model needs it. */
export const preemptCount: Variable = {
  name: "preempt_count",
  scope: "cpu",
  holds: "number",
  initial: 0,
  meaning: "1 while the thread holds a spinlock and must not be preempted",
};

/** All of them. */
export const SCHED_VARIABLES: readonly Variable[] = [
  arrivingMm,
  laterDropMm,
  jobsLeft,
  preemptCount,
];
