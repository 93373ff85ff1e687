/** H.2, D, and H.4, F: syncs that ask who walks, by contexts, masks and counters. */
import { machines } from "../../machine/presets.ts";
import { contextFiltered } from "../../policies/tableSync/contextFiltered.ts";
import { mmCpumaskFiltered } from "../../policies/tableSync/mmCpumaskFiltered.ts";
import { perCpuCounter } from "../../policies/tableSync/perCpuCounter.ts";
import { perMmCounter } from "../../policies/tableSync/perMmCounter.ts";
import { registeredWalkers } from "../../policies/tableSync/registeredWalkers.ts";
import type { CollapseVsGupFastOptions } from "../scenarios/collapseVsGupFast.ts";
import { collapseVsGupFast } from "../scenarios/collapseVsGupFast.ts";
import type { Scenario } from "../scenarios/scenario.ts";
import type { Asked, MutantRow } from "./row.ts";
import { broadcasting, linuxWith, weakened } from "./settings.ts";

/** Walkers are in `mm_cpumask`; only the sync waits for them, and nothing else orders. */
const alone = collapseVsGupFast({ ptClear: "relaxed", flush: "absent" });

const filtered = linuxWith(contextFiltered());
const inMm = linuxWith(perMmCounter());
const onCpu = linuxWith(perCpuCounter());
const arm: Pick<Asked, "machine"> = { machine: machines.kunpeng920 };
const power: Pick<Asked, "machine"> = { machine: machines.qemuPpc64le };

const collapse = (options: CollapseVsGupFastOptions): Scenario => collapseVsGupFast(options);

/** Walkers of another address space in a table of file memory. */
const others = collapse({ walkers: "other-mm" });

/** Rows D1, D3 and F1 to F8. */
export const COUNTS: readonly MutantRow[] = [
  {
    id: "D1",
    what: "contexts are read without smp_mb",
    question: { scenario: alone, linux: linuxWith(contextFiltered({ syncFence: "none" })) },
    expected: "PFF",
    property: "P-UAF",
    fixed: { smp_mb: { scenario: alone, linux: filtered } },
  },
  {
    id: "D1 entry",
    what: "the kernel is entered by a relaxed exchange",
    question: {
      scenario: alone,
      linux: weakened(filtered, "kernelEntry:exchange(context_tracking_state)"),
    },
    expected: "PFF",
    property: "P-UAF",
    fixed: { "full barrier": { scenario: alone, linux: filtered } },
  },
  {
    id: "D1 as posted",
    what: "the test of a context is never true",
    question: {
      scenario: alone,
      linux: linuxWith(contextFiltered({ predicate: "as-posted" })),
    },
    expected: "FFF",
    property: "P-UAF",
    fixed: { brackets: { scenario: alone, linux: filtered } },
  },
  {
    id: "D3",
    what: "mm_cpumask asked where the architecture keeps none",
    question: {
      scenario: alone,
      ...arm,
      linux: linuxWith(mmCpumaskFiltered({ mask: "everywhere" })),
    },
    expected: "F-F",
    property: "P-UAF",
    fixed: {
      "all online CPUs": { scenario: alone, ...arm, linux: linuxWith(mmCpumaskFiltered()) },
    },
  },
  {
    id: "F1",
    what: "the counter of the mm goes down before the last use, on powerpc",
    question: { scenario: collapse({ exit: "before-use" }), ...power, linux: inMm },
    expected: "F-F",
    property: "P-UAF",
    fixed: { "behind it": { scenario: collapse({}), ...power, linux: inMm } },
  },
  {
    id: "F1 per CPU",
    what: "the counter of the CPU goes down before the last use",
    question: {
      scenario: collapse({ ptClear: "relaxed", flush: "absent", exit: "before-use" }),
      linux: onCpu,
    },
    expected: "FFF",
    property: "P-UAF",
    fixed: { "behind it": { scenario: alone, linux: onCpu } },
  },
  {
    id: "F2",
    what: "the counter of the mm goes up without smp_mb, on powerpc",
    question: { scenario: alone, ...power, linux: inMm.without("walkerEnter:smp_mb") },
    expected: "P-F",
    property: "P-UAF",
    fixed: { smp_mb: { scenario: alone, ...power, linux: inMm } },
  },
  {
    id: "F2 x86",
    what: "the same on x86, where the atomic itself is a full barrier",
    question: { scenario: alone, linux: inMm.without("walkerEnter:smp_mb") },
    expected: "PPF",
    property: "P-UAF",
    fixed: { smp_mb: { scenario: alone, linux: inMm } },
    note: "F was expected under x86-tso, which is so for the plain store of a counter a CPU.",
  },
  {
    id: "F2 per CPU",
    what: "the counter of the CPU goes up without smp_mb",
    question: { scenario: alone, linux: onCpu.without("walkerEnter:smp_mb") },
    expected: "PFF",
    property: "P-UAF",
    fixed: { smp_mb: { scenario: alone, linux: onCpu } },
  },
  {
    id: "F4",
    what: "walkers of another mm count themselves there",
    question: { scenario: others, linux: inMm },
    expected: "FFF",
    property: "P-UAF",
    fixed: {
      "counters of all CPUs": { scenario: others, linux: onCpu },
      broadcast: { scenario: others, linux: broadcasting },
    },
  },
  {
    id: "F4 mask",
    what: "counters of the CPUs in mm_cpumask only",
    question: { scenario: others, linux: linuxWith(perCpuCounter({ among: "mm_cpumask" })) },
    expected: "FFF",
    property: "P-UAF",
    fixed: { "of all CPUs": { scenario: others, linux: onCpu } },
  },
  {
    id: "F5",
    what: "the counter is read before the entry is cleared",
    question: {
      scenario: collapse({ walkers: "outside", sync: "before-clear" }),
      linux: onCpu,
    },
    expected: "FFF",
    property: "P-UAF",
    fixed: { "behind it": { scenario: collapse({ walkers: "outside" }), linux: onCpu } },
  },
  {
    id: "F8",
    what: "barriers at either end of a walk, and a broadcast: harmless",
    question: { scenario: alone, linux: linuxWith(registeredWalkers()) },
    expected: "PPP",
    fixed: {},
  },
  {
    id: "F8 powerpc",
    what: "the same on powerpc",
    question: { scenario: collapse({}), ...power, linux: linuxWith(registeredWalkers()) },
    expected: "P-P",
    fixed: {},
  },
];
