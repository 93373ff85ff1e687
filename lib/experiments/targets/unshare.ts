/** Published results about unsharing hugetlb page tables and about collapse: V18 and V27. */
import { native } from "../../backends/backend.ts";
import { LogHistogram } from "../../base/histogram.ts";
import { GiB } from "../../base/units.ts";
import { machines } from "../../machine/presets.ts";
import { TABLE_BYTES } from "../../mm/pageTables.ts";
import { linux } from "../../policies/linux.ts";
import { collapse } from "../../workloads/collapse.ts";
import { unshare } from "../../workloads/unshare.ts";
import { simulate } from "../simulate.ts";
import type { Target } from "./target.ts";

const USCHAKOW = "Stanislav Uschakow, performance regression in 1013af4f585f, 29 August 2025";
const LANCE = "Lance Yang, mm/khugepaged: reduce process visible downtime, 2024";

/** [Uschakow] children, each of which touches so many random pages of a mapping of 1.2 TB. */
const CHILDREN = 1000;
const TOUCHED_PAGES = 100;
const MAPPED_TABLES = 1200;

/** [Lance-2024] ns of one 2 MiB collapse by pages present. */
const COLLAPSE_NS: readonly (readonly [presentPages: number, reportedNs: number])[] = [
  [1, 233_000],
  [128, 376_000],
  [256, 421_000],
  [384, 523_000],
];

/** What is known of unsharing, and of the time that one collapse takes. */
export const unshareTargets: readonly Target[] = [
  {
    id: "V18",
    what: "hugetlb unshare storm of 1,000 processes on 196 CPUs, 1013af4f585f: interrupts",
    reported: 96_000 * 195,
    unit: "interrupts",
    predicted: stormInterrupts,
    tolerance: { kind: "relative", limit: 0.01 },
    source: `${USCHAKOW}: 196 cores, 1.2 TB shared, 100 random pages a child`,
    remark:
      "the report has times: tables and interrupts follow from its parameters; a broadcast alone " +
      "takes 16 us here, 92 us of added time each there, where all children exit at once",
  },
  ...COLLAPSE_NS.map(
    ([presentPages, reportedNs]): Target => ({
      id: `V27-${presentPages}`,
      what: `collapse of one huge page with ${presentPages} of 512 pages present`,
      reported: reportedNs,
      unit: "ns",
      predicted: () => collapseNs(presentPages),
      tolerance: { kind: "relative", limit: 0.2 },
      source: `${LANCE}: 233, 376, 421, 523 us with 511, 384, 256, 128 empty entries, Core i5`,
      remark: "fixed and per-page cost of a collapse are derived from this report",
    }),
  ),
];

/** Every child leaves every table that it touched, one after the other, and others stay. */
function stormInterrupts(): number {
  const machine = machines.aws196;
  const one = simulate({
    machine,
    linux: linux({ release: "6.16" }),
    backend: native(),
    workload: unshare({
      bytes: GiB(Math.round(distinctTables())),
      sharers: CHILDREN + 1,
      operation: "exit",
    }),
  });
  return CHILDREN * one.total("CAL");
}

/** Tables that so many random pages lie under, on average. */
function distinctTables(): number {
  let untouched = 1;
  for (let page = 0; page < TOUCHED_PAGES; page++) untouched *= 1 - 1 / MAPPED_TABLES;
  return MAPPED_TABLES * (1 - untouched);
}

/** Mean ns of a collapse by a lone thread. */
function collapseNs(presentPages: number): number {
  const one = simulate({
    machine: machines.icelake64,
    linux: linux(),
    backend: native(),
    workload: collapse({ bytes: 16 * TABLE_BYTES, presentPages }),
  });
  const found = one.result.durations.collapse;
  return found === undefined ? Number.NaN : LogHistogram.fromData(found).mean;
}
