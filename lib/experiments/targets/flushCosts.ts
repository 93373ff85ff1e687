/** Published costs of a local flush and of waking an idle CPU: V26 and V28. */
import { native } from "../../backends/backend.ts";
import { LogHistogram } from "../../base/histogram.ts";
import { machines } from "../../machine/presets.ts";
import { linux } from "../../policies/linux.ts";
import { collapse } from "../../workloads/collapse.ts";
import { mprotect } from "../../workloads/mprotect.ts";
import { simulate } from "../simulate.ts";
import type { Target } from "./target.ts";

/** Cycles of the report: flushes of 1 … 33 pages, and a full one. */
const REPORTED = { fixed: 1319, page: 224, full: 2283 };
const PAGE = 4096;

/** Pages above which a full flush is cheaper, and how long an idle CPU takes. */
export const flushCostTargets: readonly Target[] = [
  {
    id: "V26",
    what: "pages whose one-by-one flush takes as long as a full flush, Haswell",
    reported: (REPORTED.full - REPORTED.fixed) / REPORTED.page,
    unit: "pages",
    predicted: crossingPages,
    tolerance: { kind: "relative", limit: 0.2 },
    source: "[DHansen-2014] 1,319 + 224 cycles a page, full flush 2,283 cycles",
    remark: "the model's costs come from the fit of a later machine, Skylake [DHansen-2017]",
  },
  {
    id: "V28",
    what: "call function on a CPU that just enters idle, arm64: longest call",
    reported: 63_000,
    unit: "ns",
    predicted: deepIdleNs,
    tolerance: { kind: "relative", limit: 0.1 },
    source: "[Shah] raise at .892148 s, handler at .892211 s; 63 us again in [Ye-2022]",
    remark: "the idle exit is an input here, the upper end of its range: the call adds 4 % to it",
  },
];

/** Where the line through the times of 2 and 33 pages meets the time of a full flush. */
function crossingPages(): number {
  const [two, many, full] = [2, 33, 64].map(flushNs) as [number, number, number];
  const pageNs = (many - two) / 31;
  return 2 + (full - two) / pageNs;
}

/** ns that one flush of that many pages takes, with nobody else in the mask. */
function flushNs(pages: number): number {
  const run = simulate({
    machine: machines.haswell48,
    linux: linux(),
    backend: native(),
    workload: mprotect({ bytes: pages * PAGE }),
  });
  return LogHistogram.fromData(run.result.durations.tlb_flush!).mean;
}

function deepIdleNs(): number {
  const server = machines.altra128.withCpus(8);
  const idleExit = server.costs.idleExit.range![1];
  const run = simulate({
    machine: server.with({ costs: { idleExit } }),
    linux: linux(),
    backend: native(),
    workload: collapse({ bytes: 2 * 1024 * 1024 }),
  });
  return LogHistogram.fromData(run.result.durations.call_function!).max;
}
