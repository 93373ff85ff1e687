/** What the host does when a vCPU gets its CPU back (arch/x86/kvm/x86.c `record_steal_time`). */
import { own, program } from "../../steps/builder.ts";
import type { Program } from "../../steps/instructions.ts";
import { VCPU_FLUSH_AT_ENTRY, VCPU_RUNS, vcpuPreempted } from "../guestVariables.ts";

/**
 * The byte is exchanged before the first instruction of the guest: a flush that was asked for until
 * then is done here, one that comes later finds a vCPU that runs.
 */
export const vcpuEntry: Program = program(
  "record_steal_time",
  { source: "arch/x86/kvm/x86.c record_steal_time(), kvm_vcpu_flush_tlb_guest()" },
  (k) => {
    k.exchange(own(vcpuPreempted), VCPU_RUNS, "state");
    k.if("state", "==", VCPU_FLUSH_AT_ENTRY, () => k.flushLocal(-1));
  },
);
