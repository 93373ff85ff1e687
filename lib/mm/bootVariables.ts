/**
 * What a kernel knows about its flushes once it has booted: constants that policies of the group
 * tableSync branch on, in Linux static keys and paravirtual operations. A scene sets them from its
 * machine and its backend; they stay 0 on architectures other than x86.
 */
import type { Variable } from "../steps/instructions.ts";

function bootConstant(name: string, meaning: string): Variable {
  return { name, scope: "global", holds: "number", initial: 0, meaning };
}

/** `tlb_ipi_broadcast_key` of "[PATCH v7] skip redundant sync IPIs": set at boot by the backend. */
export const tlbIpiBroadcastKey: Variable = bootConstant(
  "tlb_ipi_broadcast_key",
  "1 when every flush interrupts all CPUs that may walk",
);

/** The same key, set before a guest's operations have taken the place of the native ones. */
export const tlbIpiBroadcastKeyEarly: Variable = bootConstant(
  "tlb_ipi_broadcast_key_early",
  "1 when every flush would interrupt all CPUs that may walk, were it the native one",
);

/** `pv_ops.mmu.flush_tlb_multi == native_flush_tlb_multi`, or no paravirtual operations at all. */
export const flushOpIsNative: Variable = bootConstant(
  "flush_op_is_native",
  "1 when flush_tlb_multi is the native one",
);

/** `pv_ops.mmu.flush_tlb_multi == kvm_flush_tlb_multi`: it ends in the native one. */
export const flushOpIsKvm: Variable = bootConstant(
  "flush_op_is_kvm",
  "1 when flush_tlb_multi is that of a KVM guest",
);

/** `cpu_feature_enabled(X86_FEATURE_INVLPGB)`, or another way of flushing without interrupts. */
export const flushByHardware: Variable = bootConstant(
  "flush_by_hardware",
  "1 when the CPUs can flush one another without interrupts",
);

/** The architecture maintains `mm_cpumask`: x86 and powerpc, not arm64. */
export const archKeepsCpumask: Variable = bootConstant(
  "arch_keeps_mm_cpumask",
  "1 when mm_cpumask names every CPU that may walk with the mm loaded",
);

/** All of this file. */
export const BOOT_VARIABLES: readonly Variable[] = [
  tlbIpiBroadcastKey,
  tlbIpiBroadcastKeyEarly,
  flushOpIsNative,
  flushOpIsKvm,
  flushByHardware,
  archKeepsCpumask,
];
