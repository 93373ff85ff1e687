import { checkBoolean, checkKeys, checkOneOf } from "../base/check.ts";
import type { MaskSend } from "../machine/arch.ts";
import { vcpuEntry } from "../mm/x86/vcpuEntry.ts";
import type { BackendBehaviour, BackendKind, FlushAttributes } from "./behaviour.ts";
import { onlyX86, withoutBroadcast } from "./behaviour.ts";
import { avicCosts, exitCosts } from "./guestCosts.ts";
import { kvmFlushTlbMulti } from "./kvmFlush.ts";
import { isInterruptDriven, nativeAttributes } from "./native.ts";
import { nativeFlushTlbMulti } from "./nativeFlush.ts";
import type { OvercommitOptions } from "./overcommit.ts";
import { completeOvercommit, OVERCOMMIT_KEYS, preemptionOf } from "./overcommit.ts";

/** Options of a KVM guest. */
export interface KvmOptions extends OvercommitOptions {
  /**
   * KVM_FEATURE_PV_TLB_FLUSH with steal time, no REALTIME hint and no MWAIT: preempted vCPUs are
   * flushed when they run again, not waited for. Default true.
   */
  pvFlush?: boolean;
  /**
   * How an interrupt leaves a vCPU. `exits`: every write to the APIC is an exit. `pv`: sends to
   * several CPUs are one hypercall for 128 APIC ids (KVM_FEATURE_PV_SEND_IPI), others exit. `avic`:
   * the hardware sends them (AMD AVIC, Intel IPI virtualisation). Changes costs, never counts.
   * Default `pv`.
   */
  ipis?: "exits" | "pv" | "avic";
  /** x2APIC mode without PV sends: one write reaches a cluster of 16, or one CPU. */
  apic?: "cluster" | "physical";
  /** One write, which PV sends leave alone, reaches all but self (since 5.4). Default true. */
  shorthand?: boolean;
  /** The host lets the guest use INVLPGB, where the machine has it. Default false. */
  invlpgb?: boolean;
}

const KEYS = ["pvFlush", "ipis", "apic", "shorthand", "invlpgb", ...OVERCOMMIT_KEYS];

/** A KVM guest. The CPUs of the machine are its vCPUs. */
export const kvmKind: BackendKind = {
  complete,
  behaviour: (options) => kvmOf(options as unknown as Required<KvmOptions>),
};

function complete(options: KvmOptions): ReturnType<BackendKind["complete"]> {
  checkKeys("backend.kvm", options, KEYS);
  const { pvFlush = true, ipis = "pv", apic = "cluster" } = options;
  const { shorthand = true, invlpgb = false } = options;
  return {
    pvFlush: checkBoolean("pvFlush", pvFlush),
    ipis: checkOneOf("ipis", ipis, ["exits", "pv", "avic"]),
    apic: checkOneOf("apic", apic, ["cluster", "physical"]),
    shorthand: checkBoolean("shorthand", shorthand),
    invlpgb: checkBoolean("invlpgb", invlpgb),
    ...completeOvercommit(options),
  };
}

function kvmOf(options: Required<KvmOptions>): BackendBehaviour {
  const { pvFlush, ipis, invlpgb } = options;
  const preemption = preemptionOf(options);
  return {
    constraints: onlyX86("the paravirtual flush of KVM exists on x86 only"),
    flushOp: pvFlush ? "kvm" : "native",
    sparesPreempted: pvFlush,
    fallsBack: false,
    freesTablesByRcu: pvFlush,
    flushTlbMulti: pvFlush ? kvmFlushTlbMulti : nativeFlushTlbMulti,
    flushInterruptsWalkers: (cpu) => !pvFlush && isInterruptDriven(cpu),
    attributes: (cpu) => (pvFlush ? PV_ATTRIBUTES : nativeAttributes(cpu)),
    exposed: (cpu) => ({ ...withoutBroadcast(cpu), invlpgb: invlpgb && cpu.invlpgb }),
    costs: ({ costs }) => (ipis === "avic" ? avicCosts(costs) : exitCosts(costs)),
    maskSend: maskSendOf(options),
    preemption: preemption && { ...preemption, onRun: vcpuEntry },
  };
}

const PV_ATTRIBUTES: FlushAttributes = {
  tlbTargets: "mm_cpumask, lazy CPUs if freed; preempted vCPUs before they run again",
  handlerTargets: "those of them that run",
  ordersInitiator: "full",
};

/** A hypercall for 128 APIC ids; hardware sends go to one target each. */
function maskSendOf({ ipis, apic, shorthand }: Required<KvmOptions>): MaskSend {
  switch (ipis) {
    case "pv":
      return { groupCpus: 128, allButSelf: shorthand };
    case "avic":
      return { groupCpus: 1, allButSelf: false };
    case "exits":
      return { groupCpus: apic === "cluster" ? 16 : 1, allButSelf: shorthand };
  }
}
