/** Intel servers of one or two sockets, bare metal. Cycles are converted at 2.5 GHz. */
import { deepFreeze } from "../../base/value.ts";
import type { CostTable } from "../costs.ts";
import { assumed, cited } from "./evidence.ts";
import { guestSteps } from "./guestSteps.ts";
import { mmWork } from "./mmWork.ts";
import { tlbInstructions } from "./tlbInstructions.ts";
import { x86Common } from "./x86Common.ts";

const nearPairs = "[core2core] two Xeon 8375C, 10th percentile of CPU pairs, 48 ns";
const maskingPair = "[InstLatx64] PUSHFQ + POPFQ, Intel, 24-30 cycles at 2.5 GHz, one half";
const skylakeFit = "[DHansen-2017] Skylake, 594 + 194 cycles a page at 2.5 GHz";

/** ns per unit. A one-page local flush takes 316 ns, a first remote target adds 0.6-0.9 us. */
export const x86TwoSocket: CostTable = deepFreeze({
  ...x86Common,
  loadRemote: cited(48, nearPairs, [48, 102]),
  loadRemoteSocket: cited(99, "[core2core] two Xeon 8375C, median of CPU pairs", [92, 149]),
  atomic: cited(7, "[perfbook] CAS of an own line 7.0 ns, Platinum 8176", [5, 9]),
  fenceFull: cited(
    7,
    "[InstLatx64] LOCK ADD, which is smp_mb(), Skylake-SP, 18 cycles at 2.5 GHz; MFENCE 33.3",
    [6, 13],
  ),
  irqOff: cited(5, maskingPair, [4, 6]),
  irqOn: cited(6, maskingPair, [5, 6]),
  csdQueue: cited(
    67,
    "[Amit-RFC] three remote targets 910 ns, one 775 ns, Haswell: 67 ns each further target",
    [67, 300],
  ),
  ipiSend: cited(84, "[Haufe] __x2apic_send_IPI_dest 0.084 us, function_graph", [80, 300]),
  ipiDeliver: cited(
    274,
    "[AEX-Notify] ICR write to handler 935 cycles at 2.5 GHz, less irqEntry; 1,771 with SMT on",
    [200, 800],
  ),
  ipiDeliverSocket: assumed(300, "no figure; [LATR] an IPI up to 2.7 us on two sockets", [0, 2300]),
  ack: cited(48, `${nearPairs}: transfer of the line that says done`, [48, 102]),
  ackSocket: cited(51, "[core2core] two Xeon 8375C, median less 10th percentile", [44, 101]),
  flushFixed: cited(238, `${skylakeFit}; 1,319 + 224 [DHansen-2014]`, [238, 528]),
  flushPage: cited(78, `${skylakeFit}; INVLPG alone 200-260 [Ingo-2015]`, [78, 104]),
  flushFull: cited(
    386,
    "[DHansen-2014] full flush 2,283 cycles less fixed part 1,319 at 2.5 GHz; 96 for the CR3" +
      " write alone [Ingo-2015]",
    [38, 386],
  ),
  ...tlbInstructions,
  ...guestSteps,
  hypercall: cited(538, "[SEV-ES] entry to exit 1,344 cycles at 2.5 GHz; ioctl 2,576", [538, 1030]),
  switchMm: cited(38, "[Ingo-2015] __flush_tlb, a CR3 write, 96 cycles at 2.5 GHz", [38, 386]),
  ptClear: cited(7, "[InstLatx64] XCHG of memory, Skylake-SP, 18 cycles at 2.5 GHz", [6, 9]),
  ...mmWork,
});
