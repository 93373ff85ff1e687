/** Published results about deferred flushes of unmapped pages: V12 and V21, and INVLPGB. */
import { native } from "../../backends/backend.ts";
import type { LogHistogramData } from "../../base/histogram.ts";
import { LogHistogram } from "../../base/histogram.ts";
import { arm64 } from "../../machine/arch.ts";
import type { Machine } from "../../machine/machine.ts";
import { machine } from "../../machine/machine.ts";
import { machines } from "../../machine/presets.ts";
import { linux } from "../../policies/linux.ts";
import type { Policy } from "../../policies/policy.ts";
import { batched } from "../../policies/unmapFlush/batched.ts";
import { immediate } from "../../policies/unmapFlush/immediate.ts";
import { pageout } from "../../workloads/pageout.ts";
import { reclaim } from "../../workloads/reclaim.ts";
import type { Workload } from "../../workloads/workload.ts";
import type { Run } from "../run.ts";
import { simulate } from "../simulate.ts";
import type { Target } from "./target.ts";

const GORMAN = "Mel Gorman, TLB flush multiple pages per IPI, 8 June 2015";
const ARM64 = "arm64: support batched/deferred tlb shootdown, v11, 17 July 2023 (43b3dfdd0455)";
/** PAGEVEC_SIZE in 2015: pages of one reader that follow each other in the list. */
const READ_TOGETHER = 14;
/** The arm64 test swaps 1 MiB out and in, 10,000 times. */
const SWAPPED_PAGES = 256;
const SWAP_ROUNDS = 10;
const ALL_SWAPPED = 2_560_000;

/** Elapsed s of the arm64 test before and after. */
interface SwapTest {
  readonly machine: Machine;
  readonly beforeS: number;
  readonly afterS: number;
}

const kunpeng: SwapTest = { machine: machines.kunpeng920, beforeS: 13.46, afterS: 11.771 };
const phone: SwapTest = {
  machine: machine({
    name: "Snapdragon 888",
    arch: arm64(),
    coresPerSocket: 8,
    costs: {
      dsb: {
        ns: 348,
        evidence: "cited",
        source: "[arm64-batch-v11] (14.69 - 13.80) s for 2.56 M pages",
        range: [200, 660],
      },
    },
  }),
  beforeS: 14.69,
  afterS: 13.8,
};

/** What is known of deferred unmap flushes. */
export const reclaimTargets: readonly Target[] = [
  {
    id: "V21-nodes",
    what: "reclaim of mapped files, 4 nodes, 48 CPUs: interrupts without batching to with it",
    reported: (900 * 162.21) / (180 * 121.31),
    unit: "x",
    predicted: () => interruptRatio(machines.xeon48),
    tolerance: { kind: "factor", limit: 2 },
    source: `${GORMAN}: 900 k/s for 162.21 s, then 180 k/s for 121.31 s`,
    remark: "same pages in both runs, so interrupts and not rates; other interrupts are included",
  },
  {
    id: "V21-socket",
    what: "the same on one socket",
    reported: (500 * 27.32) / (45 * 23.14),
    unit: "x",
    predicted: () => interruptRatio(machines.xeon48.with({ sockets: 1 })),
    tolerance: { kind: "factor", limit: 2 },
    source: `${GORMAN}: 500 k/s for 27.32 s, then 45 k/s for 23.14 s`,
    remark: "12 CPUs are assumed, the report does not say how many the socket has",
  },
  {
    id: "V21-invlpgb",
    what: "reclaim on CPUs with INVLPGB: interrupts",
    reported: 0,
    unit: "interrupts",
    predicted: () =>
      run(machines.turin, "7.2", batched(), mappedFiles(machines.turin, 1024)).total("CAL"),
    tolerance: { kind: "exact" },
    source: "arch/x86/mm/tlb.c arch_tlbbatch_flush(), since 6.15",
    remark: "read in the source, not measured",
  },
  {
    id: "V12-kunpeng",
    what: "swap out and in on Kunpeng 920: elapsed time that batching saves",
    reported: savedPct(kunpeng),
    unit: "%",
    predicted: () => predictedSavedPct(kunpeng),
    tolerance: { kind: "relative", limit: 0.25 },
    source: `${ARM64}: 13.460 s, then 11.771 s`,
    remark: "the cost of a DSB is derived from this report",
  },
  {
    id: "V12-phone",
    what: "the same on Snapdragon 888, 8 CPUs",
    reported: savedPct(phone),
    unit: "%",
    predicted: () => predictedSavedPct(phone),
    tolerance: { kind: "relative", limit: 0.25 },
    source: `${ARM64}: 14.69 s, then 13.80 s`,
    remark: "the cost of a DSB is derived from this report",
  },
  {
    id: "V12-share",
    what: "Snapdragon 888: share of the last DSB in ptep_clear_flush",
    reported: 95,
    unit: "%",
    predicted: () => dsbSharePct(phone.machine),
    tolerance: { kind: "relative", limit: 0.15 },
    source: `${ARM64}: 5.36 % of cycles, 95 % of them in the DSB`,
  },
  {
    id: "V12-rank",
    what: "batching is worth more on x86 than on arm64: cost of flushes saved, x86 to Kunpeng 920",
    reported: 90 / savedPct(kunpeng),
    unit: "x",
    predicted: () => flushTimeSavedPct(machines.xeon48) / predictedSavedPct(kunpeng),
    tolerance: { kind: "sign", limit: 1 },
    source: `${ARM64}: "90 %" of the shootdown on x86, stated without a source`,
    remark: "a share of the flushes against a share of the elapsed time, as in the message",
  },
];

function run(on: Machine, release: string, unmapFlush: Policy, workload: Workload): Run {
  return simulate({
    machine: on,
    linux: linux({ release, unmapFlush }),
    backend: native(),
    workload,
  });
}

/** As many readers of files of their own as there are CPUs, less the one that reclaims. */
function mappedFiles(on: Machine, pages: number): Workload {
  return reclaim({ pages, processes: on.cpus - 1, run: READ_TOGETHER });
}

/** 6.1 still flushes once for 32 isolated pages, as 4.3 did. */
function reclaimMapped(on: Machine, unmapFlush: Policy): Run {
  return run(on, "6.1", unmapFlush, mappedFiles(on, 32 * 7 * on.cpus));
}

function interruptRatio(on: Machine): number {
  const [before, after] = [immediate(), batched()].map((policy) => reclaimMapped(on, policy));
  return before!.total("CAL") / after!.total("CAL");
}

function flushTimeSavedPct(on: Machine): number {
  const [before, after] = [immediate(), batched()].map((policy) =>
    flushNs(reclaimMapped(on, policy)),
  );
  return 100 * (1 - after! / before!);
}

function savedPct({ beforeS, afterS }: SwapTest): number {
  return 100 * (1 - afterS / beforeS);
}

/** Per page the model saves some ns; all of the rest of the reported time stays. */
function predictedSavedPct({ machine: on, beforeS }: SwapTest): number {
  const work = swapping();
  const [before, after] = [immediate(), batched()].map((policy) => {
    const { startNs, endNs } = run(on, "6.12", policy, work).result;
    return endNs - startNs;
  });
  const perPage = (before! - after!) / (SWAPPED_PAGES * SWAP_ROUNDS);
  return (100 * perPage * ALL_SWAPPED) / (beforeS * 1e9);
}

function swapping(): Workload {
  return pageout({ pages: SWAPPED_PAGES, calls: SWAP_ROUNDS, memory: "clean" });
}

function dsbSharePct(on: Machine): number {
  const one = run(on, "6.12", immediate(), swapping());
  const { dsb, ptClear } = on.costs;
  const pages = SWAPPED_PAGES * SWAP_ROUNDS;
  return (100 * pages * dsb.ns) / (flushNs(one) + pages * ptClear.ns);
}

/** Time in flushes, initiators' side. */
function flushNs({ result }: Run): number {
  const flushes = LogHistogram.fromData(result.durations.tlb_flush as LogHistogramData);
  return flushes.mean * flushes.count;
}
