import { checkBoolean, checkKeys } from "../base/check.ts";
import type { BackendBehaviour, BackendKind, FlushAttributes } from "./behaviour.ts";
import { onlyX86, withoutBroadcast } from "./behaviour.ts";
import { hypervCosts } from "./guestCosts.ts";
import { hypervFlushTlbMulti } from "./hypervFlush.ts";
import { isInterruptDriven, nativeAttributes } from "./native.ts";
import { nativeFlushTlbMulti } from "./nativeFlush.ts";
import type { OvercommitOptions } from "./overcommit.ts";
import { completeOvercommit, OVERCOMMIT_KEYS, preemptionOf } from "./overcommit.ts";

/** Options of a Hyper-V guest. */
export interface HypervOptions extends OvercommitOptions {
  /** HV_X64_REMOTE_TLB_FLUSH_RECOMMENDED: remote flushes are hypercalls. Default true. */
  pvFlush?: boolean;
  /** Every flush hypercall ends in an error, and the native flush follows. Default false. */
  flushFails?: boolean;
}

/** A guest of Hyper-V, or of another hypervisor that offers its interface. */
export const hypervKind: BackendKind = {
  complete,
  behaviour: (options) => hypervOf(options as unknown as Required<HypervOptions>),
};

function complete(options: HypervOptions): ReturnType<BackendKind["complete"]> {
  checkKeys("backend.hyperv", options, ["pvFlush", "flushFails", ...OVERCOMMIT_KEYS]);
  const { pvFlush = true, flushFails = false } = options;
  return {
    pvFlush: checkBoolean("pvFlush", pvFlush),
    flushFails: checkBoolean("flushFails", flushFails),
    ...completeOvercommit(options),
  };
}

function hypervOf(options: Required<HypervOptions>): BackendBehaviour {
  const { pvFlush, flushFails } = options;
  return {
    constraints: onlyX86("the flush hypercalls of Hyper-V are used on x86 only"),
    flushOp: pvFlush ? "hyperv" : "native",
    sparesPreempted: pvFlush,
    fallsBack: pvFlush,
    freesTablesByRcu: pvFlush,
    flushTlbMulti: pvFlush
      ? (env, flush) => hypervFlushTlbMulti(env, flush, flushFails)
      : nativeFlushTlbMulti,
    flushInterruptsWalkers: (cpu) => !pvFlush && isInterruptDriven(cpu),
    attributes: (cpu) => (pvFlush ? PV_ATTRIBUTES : nativeAttributes(cpu)),
    exposed: withoutBroadcast,
    costs: ({ costs }) => hypervCosts(costs),
    maskSend: { groupCpus: 4096, allButSelf: true },
    preemption: preemptionOf(options),
  };
}

const PV_ATTRIBUTES: FlushAttributes = {
  tlbTargets: "mm_cpumask and this CPU; since 6.12 lazy CPUs only if freed",
  handlerTargets: "none, or the same CPUs when the hypercall fails",
  ordersInitiator: "full",
};
