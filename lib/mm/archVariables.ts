/** Variables that only arm64 or powerpc has, under the kernel's own names. */
import type { Variable } from "../steps/instructions.ts";

/** `sme_active_cpus` (arch/arm64/kernel/fpsimd.c): C1-Pro erratum 4193714. */
export const smeActiveCpus: Variable = {
  name: "sme_active_cpus",
  scope: "global",
  holds: "mask",
  initial: 0,
  meaning: "CPUs in user code that uses SME",
};

/** `mm->mm_users`: threads of the address space, and kernel threads that work on it. */
export const mmUsers: Variable = {
  name: "mm_users",
  scope: "mm",
  holds: "number",
  initial: 0,
  meaning: "threads of the address space",
};

/** `mm->context.active_cpus` of powerpc: how many bits `mm_cpumask` has. */
export const activeCpus: Variable = {
  name: "active_cpus",
  scope: "mm",
  holds: "number",
  initial: 0,
  meaning: "CPUs in mm_cpumask",
};

/** `mm_cpumask_trim_clock` (arch/powerpc/mm/book3s64/radix_tlb.c). */
export const trimClock: Variable = {
  name: "mm_cpumask_trim_clock",
  scope: "cpu",
  holds: "number",
  initial: 0,
  meaning: "flushes since this CPU last tried to trim a mask",
};

/** `native_tlbie_lock` (arch/powerpc/mm/book3s64/hash_native.c): one tlbie at a time. */
export const tlbieLock: Variable = {
  name: "native_tlbie_lock",
  scope: "global",
  holds: "number",
  initial: 0,
  meaning: "1 while a CPU of a hash machine issues tlbie",
};

/** All of them. */
export const ARCH_VARIABLES: readonly Variable[] = [
  smeActiveCpus,
  mmUsers,
  activeCpus,
  trimClock,
  tlbieLock,
];
