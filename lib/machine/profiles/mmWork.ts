/**
 * Costs of memory-management work, on x86. Other platforms borrow them, because no figures of their
 * own are known.
 */
import type { Cost } from "../costs.ts";
import { assumed, cited, measured } from "./evidence.ts";

type MmWork = Readonly<
  Record<
    | "gupFixed"
    | "gupPage"
    | "collapseFixed"
    | "copyPage"
    | "zapPage"
    | "freeTable"
    | "protectPage"
    | "vmaOp"
    | "syscall"
    | "wake"
    | "taskSwitch"
    | "copyOnWrite"
    | "swapOutPage"
    | "gracePeriod",
    Cost
  >
>;

const gup =
  "line through a 1-page call of 680 ns, 40 threads [PeterXu], and an 8-page call of 2,978 ns," +
  " 60 threads [Lance-2026]";
const madvise =
  "[Amit-RFC] one-page MADV_DONTNEED 661 ns, less a system call and a one-page flush (316 ns):" +
  " 231 ns, split between page and VMA work";
const schedPipe =
  "sched pipe on a pinned KVM guest 2.79 us an op, less 4 system calls: two wake-ups and two" +
  " switches of 1,167 ns together";

/**
 * x86 figures; ns per unit. GUP-fast: the published 8-page figure may also stand for eight calls
 * (372 ns each), and 1,100 ns for one page was reported too; both are inside the ranges.
 */
export const mmWork: MmWork = {
  gupFixed: cited(352, gup, [44, 772]),
  gupPage: cited(328, gup, [40, 372]),
  collapseFixed: cited(
    250_000,
    "[Lance-2024] 2 MiB collapse against empty PTEs, 250 us + 0.72 us a page; 84 us pre-zeroed",
    [84_000, 250_000],
  ),
  copyPage: cited(720, "[Lance-2024] 0.72 us a copied page; 1.05 us pre-zeroed", [720, 1050]),
  zapPage: assumed(131, madvise, [131, 157]),
  freeTable: assumed(131, "no figure; taken as zapPage, a table is one page", [50, 500]),
  protectPage: assumed(20, "no figure; two atomic exchanges of an entry and a store", [10, 100]),
  vmaOp: assumed(100, madvise, [100, 1620]),
  syscall: measured(114, "[lab] getppid 114-117 ns without PTI; 478 ns with [D13985]", [114, 478]),
  wake: assumed(389, `${schedPipe}; one third`, [150, 1167]),
  taskSwitch: assumed(778, `${schedPipe}; two thirds`, [500, 1630]),
  gracePeriod: cited(
    22_900_000,
    "[Lance-2026] synchronize_rcu 22.9 ms on average under load, 64 cores, 5 February 2026",
    [4_000_000, 22_900_000],
  ),
  copyOnWrite: assumed(
    1000,
    "no figure; copyPage, exception entry and exit, allocation",
    [500, 2000],
  ),
  swapOutPage: assumed(
    2300,
    "[arm64-batch-v11] Kunpeng 920 swaps a page out and in in 4.6 us, batched (11.771 s for" +
      " 2.56 M pages); one half",
    [1000, 4600],
  ),
};
