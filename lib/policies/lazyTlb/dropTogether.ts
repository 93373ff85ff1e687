/** Several address spaces, or those that have waited, are shot in one round of interrupts. */
import { callOnEach } from "../../mm/lazyTlb.ts";
import {
  dropPending,
  droppedCount,
  droppedDue,
  droppedList,
  droppedLock,
  nextDropped,
} from "../../mm/lazyTlbVariables.ts";
import { activeMm, mmCpumask, NO_MM } from "../../mm/variables.ts";
import type { Builder } from "../../steps/builder.ts";
import { of, own, program } from "../../steps/builder.ts";
import type { Program } from "../../steps/instructions.ts";
import type { CompleteShootLazies } from "./shootOptions.ts";

const params = ["mm"];
const source = "kernel/fork.c cleanup_lazy_tlbs(), its comment on batching and delaying";

/**
 * The final drop puts the address space on a list. When that is long enough, and its oldest entry
 * has waited long enough, all of it is shot: with a delay before the new one joins, without it
 * after, so that one drop in `batch` sends interrupts.
 */
export function dropWithOthers(options: CompleteShootLazies): Program {
  const { batch, delayNs, filterActiveMm } = options;
  return program("drop_lazy_batch", { params, source }, (k) => {
    k.store(of(dropPending, "mm"), 1);
    k.set("taken", NO_MM);
    k.lock(own(droppedLock));
    if (delayNs === 0) join(k, delayNs);
    takeIfDue(k, batch, delayNs);
    if (delayNs > 0) join(k, delayNs);
    k.unlock(own(droppedLock));
    k.if("taken", "!=", NO_MM, () => shootAll(k, filterActiveMm));
  });
}

function join(k: Builder, delayNs: number): void {
  k.load("first", own(droppedList));
  k.load("count", own(droppedCount));
  if (delayNs > 0) {
    k.if("count", "==", 0, () => {
      k.clock("now", "ns");
      k.compute("due", "now", "+", delayNs);
      k.store(own(droppedDue), "due");
    });
  }
  k.compute("count", "count", "+", 1);
  k.store(of(nextDropped, "mm"), "first");
  k.store(own(droppedList), "mm");
  k.store(own(droppedCount), "count");
}

function takeIfDue(k: Builder, batch: number, delayNs: number): void {
  k.section("due", () => {
    k.load("waiting", own(droppedCount));
    k.if("waiting", "<", batch, () => k.leave("due"));
    if (delayNs > 0) {
      k.clock("time", "ns");
      k.load("after", own(droppedDue));
      k.if("time", "<", "after", () => k.leave("due"));
    }
    k.load("taken", own(droppedList));
    k.store(own(droppedList), NO_MM);
    k.store(own(droppedCount), 0);
  });
}

/** The union of the masks, one round, then the root tables. */
function shootAll(k: Builder, filters: boolean): void {
  k.emptyMask("lazies");
  k.smpMb();
  k.set("one", "taken");
  k.while("one", "!=", NO_MM, () => {
    k.loadMask("users", of(mmCpumask, "one"));
    k.forEachCpu("user", "users", () => {
      if (!filters) return k.addCpu("lazies", "user");
      k.load("borrowed", of(activeMm, "user"), "acquire");
      k.if("borrowed", "==", "one", () => k.addCpu("lazies", "user"));
    });
    k.load("one", of(nextDropped, "one"));
  });
  callOnEach(k, "lazies", shootPending, {});
  k.while("taken", "!=", NO_MM, () => {
    k.load("next", of(nextDropped, "taken"));
    k.store(of(dropPending, "taken"), 0);
    k.callPath("mm_free_pgd", { mm: "taken" });
    k.set("taken", "next");
  });
}

/** Whatever this CPU borrows, if its final drop has come; interrupts are off. */
const shootPending = program("do_shoot_lazy_tlb_batch", { params: [], source }, (k) => {
  k.load("borrowed", own(activeMm));
  k.if("borrowed", "!=", NO_MM, () => {
    k.load("pending", of(dropPending, "borrowed"));
    k.if("pending", "==", 1, () => k.callPath("switch_to_init_mm"));
  });
});
