/**
 * Variables of the policies that keep borrowed address spaces alive, beside `active_mm` and
 * `mm_count`: hazard pointers, the list of address spaces whose root table waits, grace periods.
 */
import type { Variable } from "../steps/instructions.ts";

function number(
  name: string,
  scope: "cpu" | "mm" | "global",
  initial: number,
  meaning: string,
): Variable {
  return { name, scope, holds: "number", initial, meaning };
}

/** Hazard pointer of one CPU ("sched+mm: Track lazy active mm existence with hazard pointers"). */
export const hazardSlot: Variable = number(
  "hazptr_slot",
  "cpu",
  0,
  "address space that this CPU borrows and that must not be freed",
);

/** `rq->lazy_mm` of "sched: Use lightweight hazard pointers to grab lazy mms". */
export const rqLazyMm: Variable = number("rq_lazy_mm", "cpu", 0, "address space borrowed here");

/** `rq->drop_mm` of the same: handed over by the last user, dropped at the next switch. */
export const rqDropMm: Variable = number("rq_drop_mm", "cpu", 0, "reference to drop next");

/** Strategy of the comment in kernel/fork.c: after it is set, a CPU that leaves clears its bit. */
export const mmUsersGone: Variable = number(
  "mm_users_gone",
  "mm",
  0,
  "1 once the last user has left",
);

/** One step from 1 (waits on a list) to 0: a handler takes CPUs off marked address spaces. */
export const dropPending: Variable = number("mm_drop_pending", "mm", 0, "1 while its root waits");

/** Links of the lists below. */
export const nextDropped: Variable = number("mm_next_dropped", "mm", 0, "next on the list");

/** Address spaces whose root table waits for a common round of interrupts. */
export const droppedList: Variable = number("lazy_drop_list", "global", 0, "first of the list");

/** How many they are. */
export const droppedCount: Variable = number("lazy_drop_count", "global", 0, "length of the list");

/** When the oldest of them may be shot, ns. */
export const droppedDue: Variable = number("lazy_drop_due", "global", 0, "ns, of the oldest");

/** Lock of all lists here. */
export const droppedLock: Variable = number("lazy_drop_lock", "global", 0, "lock of the lists");

/** Address spaces that the running grace period frees. */
export const graceList: Variable = number("lazy_gp_list", "global", 0, "first of the list");

/** Address spaces that came later, and wait for the grace period after it. */
export const graceNext: Variable = number("lazy_gp_next", "global", 0, "first of the list");

/** CPUs that borrowed something when the grace period began and have not switched since. */
export const graceMask: Variable = {
  name: "lazy_gp_cpus",
  scope: "global",
  holds: "mask",
  initial: 0,
  meaning: "CPUs that the running grace period waits for",
};

/** All of them. */
export const LAZY_TLB_VARIABLES: readonly Variable[] = [
  hazardSlot,
  rqLazyMm,
  rqDropMm,
  mmUsersGone,
  dropPending,
  nextDropped,
  droppedList,
  droppedCount,
  droppedDue,
  droppedLock,
  graceList,
  graceNext,
  graceMask,
];
