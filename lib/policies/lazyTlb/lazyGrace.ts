/** Grace periods counted in switches: root tables are freed without any interrupt. */
import {
  droppedLock,
  graceList,
  graceMask,
  graceNext,
  nextDropped,
} from "../../mm/lazyTlbVariables.ts";
import { activeMm, INIT_MM, NO_MM } from "../../mm/variables.ts";
import type { Builder } from "../../steps/builder.ts";
import { of, own, program } from "../../steps/builder.ts";
import type { Program } from "../../steps/instructions.ts";

const source = "kernel/fork.c cleanup_lazy_tlbs(), its comment on an RCU-like quiescing sequence";

/**
 * Final drop: the address space waits for the next grace period. That waits for the CPUs that
 * borrow something when it begins, whichever address space; who runs user code cannot borrow what
 * has no user left. Interrupts are off under the lock, because a handler may report.
 */
export const dropAfterGrace: Program = program(
  "drop_after_grace",
  { params: ["mm"], source },
  (k) => {
    k.irqOff();
    k.lock(own(droppedLock));
    k.load("first", own(graceNext));
    k.store(of(nextDropped, "mm"), "first");
    k.store(own(graceNext), "mm");
    k.load("running", own(graceList));
    k.if("running", "==", NO_MM, () => begin(k));
    k.unlock(own(droppedLock));
    k.irqOn();
  },
);

/**
 * A CPU has switched away from what it borrowed: the running grace period need not wait for it any
 * longer. The last one frees the root tables and begins the next grace period.
 */
export function reportSwitch(k: Builder): void {
  k.testBit("awaited", own(graceMask), "self");
  k.if("awaited", "==", 1, () => {
    k.lock(own(droppedLock));
    k.testBit("awaited", own(graceMask), "self");
    k.if("awaited", "==", 1, () => {
      k.clearBit(own(graceMask), "self");
      k.loadMask("left", own(graceMask));
      k.countMask("awaited", "left");
      k.if("awaited", "==", 0, () => {
        freeAll(k);
        begin(k);
      });
    });
    k.unlock(own(droppedLock));
  });
}

/** A grace period for all that wait; it ends at once when nobody borrows anything. */
function begin(k: Builder): void {
  k.load("waiting", own(graceNext));
  k.if("waiting", "!=", NO_MM, () => {
    k.store(own(graceList), "waiting");
    k.store(own(graceNext), NO_MM);
    k.tally("lazy_grace_periods");
    k.set("borrowers", 0);
    k.forEachCpu("cpu", "online", () => markBorrower(k));
    k.if("borrowers", "==", 0, () => freeAll(k));
  });
}

/** The bit, then a second look: a CPU that leaves in between is seen, or finds its bit. */
function markBorrower(k: Builder): void {
  k.load("borrowed", of(activeMm, "cpu"));
  k.if("borrowed", ">", INIT_MM, () => {
    k.setBit(own(graceMask), "cpu");
    k.named("look again").load("borrowed", of(activeMm, "cpu"), "acquire");
    k.if(
      "borrowed",
      ">",
      INIT_MM,
      () => k.compute("borrowers", "borrowers", "+", 1),
      () => k.clearBit(own(graceMask), "cpu"),
    );
  });
}

/** Every CPU that could borrow one of them has switched. */
function freeAll(k: Builder): void {
  k.load("freed", own(graceList));
  k.store(own(graceList), NO_MM);
  k.while("freed", "!=", NO_MM, () => {
    k.load("next", of(nextDropped, "freed"));
    k.callPath("mm_free_pgd", { mm: "freed" });
    k.set("freed", "next");
  });
}
