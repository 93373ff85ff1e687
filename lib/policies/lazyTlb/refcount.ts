import { dropCounted, grabCounted } from "../../mm/lazyTlb.ts";
import type { Policy } from "../policy.ts";
import { lazyTlbPolicy } from "./lazyTlb.ts";

/**
 * Mainline x86 and arm64 (CONFIG_MMU_LAZY_TLB_REFCOUNT): a kernel thread or idle loop that borrows
 * an address space takes a reference on it, on one line that all CPUs share.
 */
export function refcount(): Policy {
  return lazyTlbPolicy({
    name: "refcount",
    options: {},
    hooks: { goLazy: grabCounted, leaveLazy: dropCounted },
    summary: "a CPU that borrows an address space holds a reference to it",
    source: "include/linux/sched/mm.h mmgrab_lazy_tlb(), mmdrop_lazy_tlb()",
  });
}
