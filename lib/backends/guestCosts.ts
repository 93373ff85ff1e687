/**
 * What guests pay differently from the machine they run on. An interrupt reaches a running vCPU as
 * on the machine: posted interrupts cause no exit. Without them it takes up to 9 us [lab].
 */
import type { Cost, CostChanges, CostTable } from "../machine/costs.ts";
import { assumed, cited } from "../machine/profiles/evidence.ts";

const single = "[PVIPI] one IPI 2,513 ns";
const perTarget = "[PVIPI] PV broadcast 75.7 us over 79 targets: 958 ns each, less csdQueue";
const around =
  `${single}, less 958 ns for its one target: 1,555 ns for the exit; ` +
  "halves before and after the interrupt is sent are a guess";

/** KVM without hardware sends: each send is an exit, in which the host serves target by target. */
export function exitCosts(costs: CostTable): CostChanges {
  return {
    ipiSend: assumed(777, around, [388, 1555]),
    ipiBroadcast: assumed(777, `${around}; taken as ipiSend`, [388, 1555]),
    ipiTarget: cited(891, perTarget, [843, 921]),
    ipiResume: assumed(778, around, [0, 1167]),
    ...haltExit(costs),
  };
}

/** AMD AVIC or Intel IPI virtualisation. Only halted vCPUs need the host. */
export function avicCosts(costs: CostTable): CostChanges {
  return {
    ipiSend: assumed(120, "no figure; one write to the interrupt controller", [100, 200]),
    ipiBroadcast: assumed(120, "no figure; taken as ipiSend", [100, 200]),
    ipiDeliver: cited(
      900,
      "[AVIC] 1,125 ns an IPI within one complex, less ipiSend, irqEntry and callEmpty",
      [900, 9500],
    ),
    ipiDeliverSocket: cited(
      6_475,
      "[AVIC] 48 / 6.36 M IPI/s between random pairs: 7.6 us, less 1,125 ns; not sockets",
      [0, 8_600],
    ),
    ...haltExit(costs),
  };
}

/** Hyper-V: sends are hypercalls that name any number of virtual processors. */
export function hypervCosts(costs: CostTable): CostChanges {
  const { ipiSend, ipiBroadcast, ipiTarget, ipiResume, ...idle } = exitCosts(costs);
  const kvm = { ipiSend, ipiBroadcast, ipiTarget, ipiResume };
  const rows = Object.entries(kvm).map(([key, cost]) => [key, taken(cost as Cost)]);
  return { ...(Object.fromEntries(rows) as CostChanges), ...idle };
}

function taken(cost: Cost): Cost {
  return { ...cost, evidence: "assumed", source: `no Hyper-V figure; KVM: ${cost.source}` };
}

const XEN_CALL_NS = 2000;
const xenCall = "no figure; 2 us for a hypercall, as one event is sent in 1.9-2.4 us [perf-tools]";

/** Xen PV: an event a target, and local invalidations are hypercalls too. */
export function xenCosts(costs: CostTable): CostChanges {
  const trapped = ({ ns }: Cost): Cost =>
    assumed(ns + XEN_CALL_NS, `${xenCall}; and what the machine takes`, [ns, ns + 2400]);
  return {
    ipiSend: cited(
      2000,
      "[perf-tools] xen_send_IPI_one 2.26-2.39 us, of which notify_remote_via_irq 1.88-2.00 us;" +
        " function_graph inflates the leaf calls",
      [1900, 2400],
    ),
    ipiDeliver: assumed(3000, "no figure", [500, 6000]),
    hypercall: assumed(XEN_CALL_NS, xenCall, [500, 2400]),
    flushPage: trapped(costs.flushPage),
    flushFull: trapped(costs.flushFull),
    switchMm: trapped(costs.switchMm),
    ...haltExit(costs),
  };
}

/** HLT leaves the guest: an interrupt for a halted vCPU brings it back. */
function haltExit({ idleExit, hypercall }: CostTable): CostChanges {
  const ns = idleExit.ns + hypercall.ns;
  const [low, high] = idleExit.range ?? [idleExit.ns, idleExit.ns];
  const source = `${idleExit.source}; and one round trip to the host, hypercall`;
  return { idleExit: assumed(ns, source, [Math.min(low, ns), Math.max(high, ns)]) };
}
