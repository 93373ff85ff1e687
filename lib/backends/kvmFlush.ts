/** `kvm_flush_tlb_multi`: vCPUs that do not run are flushed by the host before they run again. */
import type { Environment, FlushOptions } from "../mm/environment.ts";
import { VCPU_FLUSH_AT_ENTRY, VCPU_RUNS, vcpuPreempted } from "../mm/guestVariables.ts";
import { SENT_TO_ALL, SENT_TO_SOME } from "../mm/hookPoints.ts";
import { hasHook } from "../mm/hooks.ts";
import { flushMaskOf } from "../mm/x86/flushMask.ts";
import { of, program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";
import { FLUSH_PARAMS, flushUsers } from "./nativeFlush.ts";

/**
 * Parameters `mm`, `gen`, `pages`, `trim`. A target whose steal-time byte says "preempted" gets a
 * flag by compare-and-exchange and leaves the mask, even when tables are freed; the others are
 * flushed the native way. An exchange that fails means that the vCPU runs again: it stays.
 */
export function kvmFlushTlbMulti(env: Environment, options: FlushOptions): Program {
  const source = "arch/x86/kernel/kvm.c kvm_flush_tlb_multi()";
  return program("kvm_flush_tlb_multi", { params: FLUSH_PARAMS, source }, (k) => {
    const reports = options.freed && hasHook(env, "flush");
    k.loadMask("cpus", flushMaskOf(options));
    k.removeCpu("cpus", "self");
    k.copyMask("users", "cpus");
    if (reports) k.set("sent", SENT_TO_ALL);
    k.forEachCpu("vcpu", "cpus", () => {
      k.load("state", of(vcpuPreempted, "vcpu"));
      k.if("state", "!=", VCPU_RUNS, () => {
        const change = { from: "state", to: VCPU_FLUSH_AT_ENTRY };
        k.compareExchange(of(vcpuPreempted, "vcpu"), change, "found");
        k.if("found", "==", "state", () => {
          k.removeCpu("users", "vcpu");
          k.tally("flushes_at_entry");
          if (reports) k.set("sent", SENT_TO_SOME);
        });
      });
    });
    flushUsers(k, env, options);
  });
}
