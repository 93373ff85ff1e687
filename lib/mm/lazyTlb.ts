/**
 * How mainline keeps a borrowed address space alive: by references that the borrowers hold
 * (CONFIG_MMU_LAZY_TLB_REFCOUNT), or by taking the borrowers off it when it goes
 * (CONFIG_MMU_LAZY_TLB_SHOOTDOWN, powerpc book3s64 since 6.4).
 */
import type { Builder } from "../steps/builder.ts";
import { of, own, program } from "../steps/builder.ts";
import type { Operand, Program } from "../steps/instructions.ts";
import { activeMm, mmCount, mmCpumask } from "./variables.ts";

const params = ["mm"];

/** `mmgrab_lazy_tlb()`, counted: parameter `mm`. */
export const grabCounted: Program = program(
  "mmgrab_lazy_tlb",
  { params, source: "include/linux/sched/mm.h mmgrab_lazy_tlb()" },
  (k) => k.add(of(mmCount, "mm"), 1, undefined, "relaxed"),
);

/** `mmdrop_lazy_tlb()`, counted: parameter `mm`. A borrower may hold the last reference. */
export const dropCounted: Program = program(
  "mmdrop_lazy_tlb",
  { params, source: "include/linux/sched/mm.h mmdrop_lazy_tlb()" },
  (k) => {
    k.add(of(mmCount, "mm"), -1, "left");
    k.if("left", "==", 0, () => k.callPath("__mmdrop", { mm: "mm" }));
  },
);

/** `mmgrab_lazy_tlb()` without references: parameter `mm`; nothing to do. */
export const grabUncounted: Program = program(
  "mmgrab_lazy_tlb",
  { params, source: "include/linux/sched/mm.h mmgrab_lazy_tlb()" },
  () => {},
);

/** `mmdrop_lazy_tlb()` without references: the full barrier that membarrier relies on. */
export const dropUncounted: Program = program(
  "mmdrop_lazy_tlb",
  { params, source: "include/linux/sched/mm.h mmdrop_lazy_tlb()" },
  (k) => k.smpMb(),
);

/** `do_shoot_lazy_tlb()`: parameter `mm`; interrupts are off. */
export const shootHere: Program = program(
  "do_shoot_lazy_tlb",
  { params, source: "kernel/fork.c do_shoot_lazy_tlb()" },
  (k) => {
    k.load("borrowed", own(activeMm));
    k.if("borrowed", "==", "mm", () => k.callPath("switch_to_init_mm"));
  },
);

/** `cleanup_lazy_tlbs()` and what follows it in `__mmdrop()`: parameter `mm`. */
export const cleanupLazyTlbs: Program = program(
  "cleanup_lazy_tlbs",
  { params, source: "kernel/fork.c cleanup_lazy_tlbs(), __mmdrop()" },
  (k) => {
    k.loadMask("lazies", of(mmCpumask, "mm"));
    callOnEach(k, "lazies", shootHere, { mm: "mm" });
    k.callPath("mm_free_pgd", { mm: "mm" });
  },
);

/** `on_each_cpu_mask()`: a handler on every CPU of a mask, on this one without an interrupt. */
export function callOnEach(
  k: Builder,
  mask: string,
  handler: Program,
  args: Readonly<Record<string, Operand>>,
): void {
  k.crossCall(mask, handler, args);
  k.set("is_here", 0);
  k.forEachCpu("cpu", mask, () => k.if("cpu", "==", "self", () => k.set("is_here", 1)));
  k.if("is_here", "==", 1, () => {
    k.irqOff();
    k.include(handler, args);
    k.irqOn();
  });
  k.awaitCalls();
}
