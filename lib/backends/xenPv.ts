import { checkKeys } from "../base/check.ts";
import type { BackendBehaviour, BackendKind, FlushAttributes } from "./behaviour.ts";
import { onlyX86, withoutBroadcast } from "./behaviour.ts";
import { xenCosts } from "./guestCosts.ts";
import type { OvercommitOptions } from "./overcommit.ts";
import { completeOvercommit, OVERCOMMIT_KEYS, preemptionOf } from "./overcommit.ts";
import { xenFlushTlbMulti } from "./xenFlush.ts";

/** A paravirtual domain of Xen: every remote flush is a hypercall, and every interrupt an event. */
export const xenPvKind: BackendKind = {
  complete,
  behaviour: (options) => xenOf(options as unknown as Required<OvercommitOptions>),
};

function complete(options: OvercommitOptions): ReturnType<BackendKind["complete"]> {
  checkKeys("backend.xenPv", options, OVERCOMMIT_KEYS);
  return { ...completeOvercommit(options) };
}

function xenOf(options: Required<OvercommitOptions>): BackendBehaviour {
  return {
    constraints: onlyX86("paravirtual domains of Xen exist on x86 only"),
    flushOp: "xen",
    sparesPreempted: true,
    fallsBack: false,
    freesTablesByRcu: true,
    flushTlbMulti: xenFlushTlbMulti,
    flushInterruptsWalkers: () => false,
    attributes: () => PV_ATTRIBUTES,
    exposed: withoutBroadcast,
    costs: ({ costs }) => xenCosts(costs),
    maskSend: { groupCpus: 1, allButSelf: false },
    preemption: preemptionOf(options),
  };
}

const PV_ATTRIBUTES: FlushAttributes = {
  tlbTargets: "mm_cpumask and this CPU, lazy ones too",
  handlerTargets: "none",
  ordersInitiator: "full",
};
