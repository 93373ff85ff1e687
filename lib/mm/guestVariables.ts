/** What a hypervisor and the kernel of a guest share about each vCPU. */
import type { Variable } from "../steps/instructions.ts";

/** The vCPU runs. */
export const VCPU_RUNS = 0;
/** KVM_VCPU_PREEMPTED: the host has taken the physical CPU away. */
export const VCPU_PREEMPTED = 1;
/** KVM_VCPU_PREEMPTED and KVM_VCPU_FLUSH_TLB: the host flushes before the vCPU runs again. */
export const VCPU_FLUSH_AT_ENTRY = 3;

/** `kvm_steal_time.preempted` (arch/x86/include/uapi/asm/kvm_para.h). */
export const vcpuPreempted: Variable = {
  name: "vcpu_preempted",
  scope: "cpu",
  holds: "number",
  initial: VCPU_RUNS,
  meaning: "0 runs, 1 taken off its CPU, 3 the same and flushed before it runs again",
};

/** All of this file. */
export const GUEST_VARIABLES: readonly Variable[] = [vcpuPreempted];
