/** AMD EPYC servers, Milan to Turin, bare metal. Cycles are converted at 2.5 GHz. */
import { deepFreeze } from "../../base/value.ts";
import type { CostTable } from "../costs.ts";
import { assumed, cited, lent, measured } from "./evidence.ts";
import { guestSteps } from "./guestSteps.ts";
import { mmWork } from "./mmWork.ts";
import { tlbInstructions } from "./tlbInstructions.ts";
import { x86Common } from "./x86Common.ts";
import { x86TwoSocket } from "./x86TwoSocket.ts";

const pairs = "[core2core] EPYC 7773X, median of CPU pairs 115 ns, nearest 10 ns";
const dualPairs = "[core2core] two EPYC 7R13, median 195 ns; two EPYC 7742, 261 ns";
const maskingPair = "[InstLatx64] PUSHFQ + POPFQ, AMD, 18-22 cycles at 2.5 GHz, one half";
const { ipiSend, flushFixed, flushPage, flushFull, switchMm } = x86TwoSocket;

/** ns per unit. A line inside one core complex is much nearer (10 ns) than the median used here. */
export const x86Amd: CostTable = deepFreeze({
  ...x86Common,
  loadRemote: cited(115, pairs, [10, 115]),
  loadRemoteSocket: cited(195, dualPairs, [195, 261]),
  atomic: cited(3, "[perfbook] atomic_inc 2.53 ns at one CPU, Milan; Zen 5 19.7 cycles", [3, 8]),
  fenceFull: cited(
    3,
    "[InstLatx64] LOCK ADD, which is smp_mb(), Zen 3 6.5 cycles at 2.5 GHz; Zen 5 19.7",
    [3, 8],
  ),
  irqOff: cited(4, maskingPair, [4, 5]),
  irqOn: cited(4, maskingPair, [4, 5]),
  csdQueue: assumed(115, `no figure; one transfer of the queue head, ${pairs}`, [10, 300]),
  ipiDeliver: assumed(
    274,
    "no bare-metal AMD figure; taken as Intel; [AVIC] 1.12 us an IPI between vCPUs of one complex",
    [200, 1120],
  ),
  ipiDeliverSocket: assumed(300, "no figure; taken as Intel", [0, 2300]),
  ack: cited(115, `${pairs}: transfer of the line that says done`, [10, 115]),
  ackSocket: cited(80, `${dualPairs}; less 115 ns in socket`, [80, 146]),
  ...lent({ ipiSend, flushFixed, flushPage, flushFull, switchMm }, "no AMD figure; Intel"),
  ...tlbInstructions,
  ...guestSteps,
  hypercall: cited(538, "[SEV-ES] entry to exit 1,344 cycles at 2.5 GHz; ioctl 2,576", [538, 1030]),
  ptClear: cited(3, "[InstLatx64] XCHG of memory, Zen 3, 7.8 cycles at 2.5 GHz", [3, 8]),
  ...mmWork,
  zapPage: measured(
    157,
    "[lab] MADV_DONTNEED of 1 and 32 pages, 1.20 and 8.5 us: 235 ns a page, less flushPage",
    [131, 235],
  ),
  vmaOp: measured(
    613,
    "[lab] MADV_DONTNEED of one page 1.20 us, less syscall, zapPage and a one-page flush",
    [100, 1620],
  ),
});
