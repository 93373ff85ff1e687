/**
 * Intel servers of four and more sockets, bare metal: Platinum 8176, 2.1 GHz, eight sockets in two
 * groups of four. Cycles are converted at 2.1 GHz.
 */
import { deepFreeze } from "../../base/value.ts";
import type { CostTable } from "../costs.ts";
import { assumed, cited } from "./evidence.ts";
import { guestSteps } from "./guestSteps.ts";
import { mmWork } from "./mmWork.ts";
import { tlbInstructions } from "./tlbInstructions.ts";
import { x86Common } from "./x86Common.ts";

const view = '[perfbook] table "CPU 0 view of synchronization mechanisms"';
const offSocket = `${view}, blind CAS off socket 148.8 ns (3 sockets), off group 336.6 ns (4)`;
const maskingPair = "[InstLatx64] PUSHFQ + POPFQ, Intel, 24-30 cycles at 2.1 GHz, one half";
const skylakeFit = "[DHansen-2017] Skylake, 594 + 194 cycles a page at 2.1 GHz";

/** ns per unit. Each further target of a cross call costs about 0.7 us, as [LATR] quotes. */
export const x86EightSocket: CostTable = deepFreeze({
  ...x86Common,
  loadRemote: cited(48, `${view}, blind CAS in socket 47.5 ns`, [48, 102]),
  loadRemoteSocket: cited(256, `${offSocket}, mean`, [149, 337]),
  atomic: cited(7, `${view}, CAS of an own line 7.0 ns`, [5, 9]),
  fenceFull: cited(
    9,
    "[InstLatx64] LOCK ADD, which is smp_mb(), Skylake-SP, 18 cycles at 2.1 GHz; MFENCE 33.3",
    [8, 16],
  ),
  irqOff: cited(6, maskingPair, [5, 7]),
  irqOn: cited(7, maskingPair, [6, 7]),
  csdQueue: cited(
    653,
    `${view}, CAS of a line of another CPU: 101.9, 442.9 and 944.8 ns, mean over 447 CPUs;` +
      " 0.71 us a target [LATR]",
    [102, 945],
  ),
  ipiSend: cited(84, "[Haufe] __x2apic_send_IPI_dest 0.084 us, function_graph", [80, 300]),
  ipiDeliver: cited(
    345,
    "[AEX-Notify] ICR write to handler 935 cycles at 2.1 GHz, less irqEntry; 1,771 with SMT on",
    [200, 800],
  ),
  ipiDeliverSocket: assumed(
    330,
    "no figure; [LATR] an IPI up to 6.6 us on eight sockets",
    [150, 4470],
  ),
  ack: cited(48, `${view}, blind CAS in socket: transfer of the line that says done`, [48, 102]),
  ackSocket: assumed(151, `${offSocket}: 208 ns more than in socket, over 1.38 hops`, [101, 289]),
  flushFixed: cited(283, `${skylakeFit}; 1,319 + 224 [DHansen-2014]`, [283, 628]),
  flushPage: cited(92, `${skylakeFit}; INVLPG alone 200-260 [Ingo-2015]`, [92, 124]),
  flushFull: cited(
    459,
    "[DHansen-2014] full flush 2,283 cycles less fixed part 1,319 at 2.1 GHz; 96 for the CR3" +
      " write alone [Ingo-2015]",
    [46, 459],
  ),
  ...tlbInstructions,
  ...guestSteps,
  hypercall: cited(640, "[SEV-ES] entry to exit 1,344 cycles at 2.1 GHz; ioctl 2,576", [640, 1227]),
  switchMm: cited(46, "[Ingo-2015] __flush_tlb, a CR3 write, 96 cycles at 2.1 GHz", [46, 459]),
  ptClear: cited(9, "[InstLatx64] XCHG of memory, Skylake-SP, 18 cycles at 2.1 GHz", [7, 9]),
  ...mmWork,
});
