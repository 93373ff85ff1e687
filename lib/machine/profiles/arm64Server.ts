/**
 * arm64 servers, bare metal. Only line transfers, broadcast flushes and the ratio of a broadcast
 * IPI to a single one have been published; the rest is assumed.
 */
import { deepFreeze } from "../../base/value.ts";
import type { CostTable } from "../costs.ts";
import { assumed, cited, lent } from "./evidence.ts";
import { guestSteps } from "./guestSteps.ts";
import { mmWork } from "./mmWork.ts";
import { tlbInstructions } from "./tlbInstructions.ts";

const pairs = "[core2core] Graviton2 median of CPU pairs 47 ns; Graviton3 46, Kunpeng 920 72";
const broadcastRatio =
  "[Norov] ThunderX2, 112 CPUs, a broadcast takes 19.1 single IPIs: each further target 0.163 of" +
  " a single one, here 1,376 ns in all; the scale is assumed";

/** ns per unit. */
export const arm64Server: CostTable = deepFreeze({
  load: assumed(1, "first-level cache hit", [1, 2]),
  loadRemote: cited(47, pairs, [46, 72]),
  loadRemoteSocket: assumed(100, "no figure; twice a transfer in the socket", [72, 300]),
  store: assumed(1, "first-level cache hit", [1, 2]),
  atomic: assumed(10, "no figure; an LSE atomic in the own cache", [3, 30]),
  fenceFull: assumed(20, "no figure for dmb ish", [5, 60]),
  fenceRead: assumed(5, "no figure for dmb ishld", [1, 20]),
  fenceWrite: assumed(5, "no figure for dmb ishst", [1, 20]),
  irqOff: assumed(2, "no figure; one write of DAIF or the priority mask", [1, 10]),
  irqOn: assumed(2, "no figure; one write of DAIF or the priority mask", [1, 10]),
  irqEntry: assumed(100, "no figure; taken as x86", [50, 500]),
  irqExit: assumed(100, "no figure; taken as x86", [50, 500]),
  csdQueue: assumed(224, broadcastRatio, [160, 1000]),
  ipiSend: assumed(100, "no figure; one write of ICC_SGI1R_EL1 and its barrier", [50, 300]),
  ipiBroadcast: assumed(100, "[linux] sends to groups; taken as ipiSend", [50, 300]),
  ipiDeliver: assumed(
    900,
    "no figure; with irqEntry 1 us, [Norov] up to 5.7 us elsewhere",
    [500, 5600],
  ),
  ipiDeliverSocket: assumed(300, "no figure; taken as x86", [0, 2300]),
  idleExit: assumed(
    6000,
    "no bare-metal figure; 6-26 us in a VM, 63 us to a CPU that enters idle [Shah]",
    [6000, 63_000],
  ),
  pollExit: assumed(100, "[linux] has no polling idle loop on arm64; taken as x86", [47, 1000]),
  ack: cited(47, `${pairs}: transfer of the line that says done`, [46, 72]),
  ackSocket: assumed(53, "no figure; as loadRemoteSocket less loadRemote", [25, 230]),
  callEmpty: assumed(5, "no figure; an indirect call and return", [1, 50]),
  flushFixed: assumed(50, "no figure; the work is in tlbi and dsb", [10, 200]),
  flushPage: assumed(50, "no figure; one local TLBI", [5, 200]),
  flushFull: assumed(50, "no figure; one local TLBI of an ASID", [5, 200]),
  ...tlbInstructions,
  ...guestSteps,
  hypercall: assumed(
    1000,
    "no figure; [Norov] a single IPI in a guest takes 3.1-4.8 times",
    [500, 5000],
  ),
  switchMm: assumed(50, "no figure; one write of TTBR0 and an isb", [20, 500]),
  ptClear: assumed(10, "no figure; an LSE swap in the own cache", [3, 30]),
  ...lent(mmWork, "no arm64 figure; x86"),
  copyPage: cited(
    700,
    "[arm64-batch-v11] migration of 100 GB of 4 KiB pages, Kunpeng 920, 18.338 s; batched 13.982",
    [533, 700],
  ),
});
