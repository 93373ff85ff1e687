/**
 * POWER servers. Line transfers (POWER7), the idle exit, the hypervisor entry and the context
 * switch (POWER8) have been published; the rest is assumed.
 */
import { deepFreeze } from "../../base/value.ts";
import type { CostTable } from "../costs.ts";
import { assumed, cited, lent } from "./evidence.ts";
import { guestSteps } from "./guestSteps.ts";
import { mmWork } from "./mmWork.ts";
import { tlbInstructions } from "./tlbInstructions.ts";

const pairs = "[core2core] two POWER7, 10th percentile of CPU pairs 167 ns, median 433 ns";

/** ns per unit. */
export const power: CostTable = deepFreeze({
  load: assumed(1, "first-level cache hit", [1, 2]),
  loadRemote: cited(167, pairs, [167, 433]),
  loadRemoteSocket: cited(433, pairs, [433, 1000]),
  store: assumed(1, "first-level cache hit", [1, 2]),
  atomic: assumed(15, "no figure; a larx and stcx. pair in the own cache", [5, 50]),
  fenceFull: assumed(50, "no figure for hwsync, the most costly barrier of POWER", [20, 200]),
  fenceRead: assumed(10, "no figure for lwsync", [2, 50]),
  fenceWrite: assumed(10, "no figure for lwsync", [2, 50]),
  irqOff: assumed(1, "[linux] soft mask: one store to the per-CPU area", [1, 5]),
  irqOn: assumed(2, "[linux] soft mask: one store, then a test for pending work", [1, 10]),
  irqEntry: assumed(200, "no figure; twice that of x86", [50, 1000]),
  irqExit: assumed(200, "no figure; taken as irqEntry", [50, 1000]),
  csdQueue: assumed(200, "no figure; with ipiSend 500 ns for each further target", [167, 500]),
  ipiSend: assumed(300, "no figure; a doorbell or a write to the interrupt controller", [80, 2000]),
  ipiBroadcast: assumed(300, "[linux] one message for each target; taken as ipiSend", [80, 2000]),
  ipiDeliver: assumed(1800, "no figure; with irqEntry 2 us", [500, 5000]),
  ipiDeliverSocket: assumed(300, "no figure; taken as x86", [0, 2300]),
  idleExit: cited(
    16_000,
    "[Mackerras] POWER8 KVM, IPI by msgsnd 16 us; 35 us by H_PROD or controller",
    [16_000, 35_000],
  ),
  pollExit: assumed(200, "no figure; transfer of the polled line and the idle loop", [167, 2000]),
  ack: cited(167, `${pairs}: transfer of the line that says done`, [167, 433]),
  ackSocket: cited(266, `${pairs}: the difference`, [167, 833]),
  callEmpty: assumed(5, "no figure; an indirect call and return", [1, 50]),
  flushFixed: assumed(50, "no figure; the work is in tlbie and ptesync", [10, 500]),
  flushPage: assumed(100, "no figure; one tlbiel", [20, 500]),
  flushFull: assumed(1000, "no figure; tlbiel of 128 sets", [200, 5000]),
  ...tlbInstructions,
  ...guestSteps,
  hypercall: cited(3060, "[Mackerras] POWER8 rm_entry 3,060 ns; 3,388 before", [3060, 3388]),
  switchMm: assumed(50, "no figure; one write of the PID register and an isync", [20, 500]),
  ptClear: assumed(15, "no figure; a larx and stcx. pair in the own cache", [5, 50]),
  ...lent(mmWork, "no POWER figure; x86"),
  taskSwitch: cited(
    815,
    "[Piggin] POWER8, 118 M switches/s on 192 cores: 1,630 ns for one into idle and back, which" +
      " is two of these",
    [815, 14_600],
  ),
});
