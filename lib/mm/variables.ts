/**
 * The shared memory of the model: the variables of Linux that decide who is interrupted, under the
 * kernel's own names. Addresses of mms and page tables are small integers.
 */
import type { Variable } from "../steps/instructions.ts";
import { ARCH_VARIABLES } from "./archVariables.ts";
import { BOOT_VARIABLES } from "./bootVariables.ts";
import { GUEST_VARIABLES } from "./guestVariables.ts";
import { HANDOFF_VARIABLES } from "./handoffVariables.ts";
import { HUGETLB_VARIABLES } from "./hugetlbVariables.ts";
import { LAZY_TLB_VARIABLES } from "./lazyTlbVariables.ts";
import { lruLock } from "./lruDrain.ts";
import { PAGE_VARIABLES } from "./pageVariables.ts";
import { SCHED_VARIABLES } from "./schedVariables.ts";
import { UNMAP_VARIABLES } from "./unmapVariables.ts";
import { WALKER_VARIABLES } from "./walkerVariables.ts";

/** NULL: no mm. */
export const NO_MM = 0;
/** The kernel's own address space; lazy CPUs that are interrupted fall back to it. */
export const INIT_MM = 1;
/** LOADED_MM_SWITCHING: between two address spaces. */
export const SWITCHING = 2;
/** The first address space of a user process. */
export const FIRST_USER_MM = 3;

/** An upper-level entry that points nowhere. */
export const ENTRY_NONE = 0;
/** An upper-level entry that points to a page table. */
export const ENTRY_TABLE = 1;
/** An upper-level entry that maps a huge page. */
export const ENTRY_HUGE = 2;

/** CONFIG_HZ of the measured kernels: a jiffy is 4 ms. */
export const HZ = 250;

function perCpu(name: string, initial: number, meaning: string): Variable {
  return { name, scope: "cpu", holds: "number", initial, meaning };
}

function perMm(name: string, initial: number, meaning: string): Variable {
  return { name, scope: "mm", holds: "number", initial, meaning };
}

/** `cpu_tlbstate.loaded_mm` (arch/x86/mm/tlb.c): the address space whose root table is loaded. */
export const loadedMm: Variable = perCpu("loaded_mm", INIT_MM, "address space in CR3");

/** `cpu_tlbstate_shared.is_lazy`: a kernel thread or the idle loop borrows the address space. */
export const isLazy: Variable = perCpu("is_lazy", 0, "1 while the address space is borrowed");

/**
 * `active_mm` of the idle thread: the address space it holds a reference to. An interrupt that
 * takes the CPU to `init_mm` meanwhile leaves the reference.
 */
export const activeMm: Variable = perCpu("active_mm", NO_MM, "address space that idle refers to");

/** `cpu_tlbstate.ctxs[].tlb_gen`: up to which flush of the loaded mm this CPU has come. */
export const cpuTlbGen: Variable = perCpu("cpu_tlb_gen", 0, "generation flushed up to");

/** `cpu_tlbstate.ctxs[].ctx_id` of the context before the loaded one: an ASID of its own (PCID). */
export const keptMm: Variable = perCpu("kept_ctx_mm", NO_MM, "address space under the last ASID");

/** `cpu_tlbstate.ctxs[].tlb_gen` of it. */
export const keptTlbGen: Variable = perCpu("kept_ctx_tlb_gen", 0, "its generation flushed up to");

/** `cpu_tlbstate.loaded_mm_asid` is a global one (INVLPGB, arch/x86/mm/tlb.c since 6.15). */
export const loadedGlobalAsid: Variable = perCpu("loaded_global_asid", 0, "1 with a global ASID");

/** `mm->context.tlb_gen`: counts the flushes of an address space. */
export const tlbGen: Variable = perMm("tlb_gen", 1, "flushes of this address space so far");

/** `mm->context.next_trim_cpumask`, in jiffies: first due one second after the mm was made. */
export const nextTrim: Variable = perMm("next_trim_cpumask", HZ, "jiffies of the next trim");

/** `mm->context.global_asid` (since 6.15, AMD only). */
export const globalAsid: Variable = perMm("global_asid", 0, "1 once a global ASID is assigned");

/** `mm->context.asid_transition`: some CPUs may still run on a per-CPU ASID. */
export const asidTransition: Variable = perMm("asid_transition", 0, "1 until all CPUs moved");

/** `mm->mm_count`: references by kernel threads and idle loops that borrow the address space. */
export const mmCount: Variable = perMm("mm_count", 1, "references to the mm structure");

/** `mm_cpumask(mm)`: CPUs that may hold translations of the address space. */
export const mmCpumask: Variable = {
  name: "mm_cpumask",
  scope: "mm",
  holds: "mask",
  initial: 0,
  meaning: "CPUs that may hold translations",
};

/** The entry that points to a PTE table. One per page table of the walked range. */
export const pmd: Variable = {
  name: "pmd",
  scope: "table",
  holds: "number",
  initial: ENTRY_TABLE,
  meaning: "none, table or huge page",
};

/** All declared variables, by name. */
export const VARIABLES: readonly Variable[] = [
  loadedMm,
  isLazy,
  activeMm,
  cpuTlbGen,
  keptMm,
  keptTlbGen,
  loadedGlobalAsid,
  tlbGen,
  nextTrim,
  globalAsid,
  asidTransition,
  mmCount,
  mmCpumask,
  pmd,
  ...WALKER_VARIABLES,
  ...BOOT_VARIABLES,
  ...UNMAP_VARIABLES,
  ...ARCH_VARIABLES,
  ...LAZY_TLB_VARIABLES,
  ...SCHED_VARIABLES,
  ...HUGETLB_VARIABLES,
  ...HANDOFF_VARIABLES,
  ...GUEST_VARIABLES,
  ...PAGE_VARIABLES,
  lruLock,
];
