/** `lru_add_drain()` before pages are zapped: a lock that all CPUs of a node share (mm/swap.c). */
import type { Builder } from "../steps/builder.ts";
import { own } from "../steps/builder.ts";
import type { Variable } from "../steps/instructions.ts";

/** `lruvec->lru_lock`; one, as on a machine with one memory node. */
export const lruLock: Variable = {
  name: "lru_lock",
  scope: "global",
  holds: "number",
  initial: 0,
  meaning: "lock of the page lists of a node",
};

/** Drains this CPU's batch under the lock, which is held for `holdNs`. */
export function lruAddDrain(k: Builder, holdNs: number): void {
  k.lock(own(lruLock));
  k.pause({ kind: "fixed", ns: holdNs });
  k.unlock(own(lruLock));
}
