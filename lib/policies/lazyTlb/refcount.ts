import { mmCount } from "../../mm/variables.ts";
import { of, program } from "../../steps/builder.ts";
import { Policy } from "../policy.ts";

/**
 * Mainline x86 and arm64 (CONFIG_MMU_LAZY_TLB_REFCOUNT): a kernel thread or idle loop that borrows
 * an address space takes a reference on it, on one line that all CPUs share.
 */
export function refcount(): Policy {
  return new Policy("lazyTlb", {
    name: "refcount",
    options: {},
    hooks: { goLazy, leaveLazy },
    summary: "a CPU that borrows an address space holds a reference to it",
    source: "include/linux/sched/mm.h mmgrab_lazy_tlb(), mmdrop_lazy_tlb()",
  });
}

const goLazy = program(
  "mmgrab_lazy_tlb",
  { params: ["mm"], source: "include/linux/sched/mm.h mmgrab_lazy_tlb()" },
  (k) => k.add(of(mmCount, "mm"), 1, undefined, "relaxed"),
);

const leaveLazy = program(
  "mmdrop_lazy_tlb",
  { params: ["mm"], source: "include/linux/sched/mm.h mmdrop_lazy_tlb()" },
  (k) => k.add(of(mmCount, "mm"), -1),
);
