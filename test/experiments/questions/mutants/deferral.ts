/** H.3 and H.4: flushes that are left for later, and what has to be done before. */

import * as sd from "../../../../lib/index.ts";
import { contextState } from "../../../../lib/mm/walkerVariables.ts";
import { linux } from "../../scenarios/ask.ts";
import type { Asked, MutantRow } from "../mutantTable.ts";
import { broadcasting, turin } from "./settings.ts";

const { scenario, steps, tableSync, unmapFlush } = sd;

/** Translations belong to a CPU as a whole, which the weak model does not have. */
const noWeak = "translations are explored under sc and x86-tso";

function reclaims(policy: sd.Policy): Asked {
  const kernel = sd.linux({ unmapFlush: policy });
  return { scenario: scenario.invlpgbReclaim(), linux: kernel, ...turin, cpus: 3 };
}

function enters(access: "after-entry" | "danger-zone", kernel: sd.Linux): Asked {
  return { scenario: scenario.isolatedCpuDeferral({ access }), linux: kernel, cpus: 3 };
}

const deferring = linux(tableSync.deferToEntry());

/**
 * What RISC-V does for mappings that are new: a bit for each CPU, which the handler of a fault
 * looks at. A mapping that has gone causes no fault where a translation of it is left.
 */
function untilFault(): sd.Linux {
  const source = "riscv: Stop emitting preventive sfence.vma for new vmalloc mappings, 31 Jan 2024";
  const kernelFlush = steps.program("mark_new_vmalloc", { source }, (k) => {
    k.forEachCpu("cpu", "online", () => k.store(steps.of(contextState, "cpu"), 2));
    k.flushLocal(-1);
  });
  const summary = "kernel mappings are flushed by whoever faults";
  const hooks = { kernelFlush };
  return linux(tableSync.custom({ name: "untilFault", options: {}, hooks, summary, source }));
}

/** Rows E13, J3 and J7. */
export const DEFERRAL: readonly MutantRow[] = [
  {
    id: "E13",
    what: "a batch of INVLPGB ends with TLBSYNC, CPUs of other pages are not interrupted",
    question: reclaims(unmapFlush.invlpgbPerPage({ flush: "tlbsync" })),
    expected: "FF-",
    property: "P-REUSE",
    fixed: {
      both: reclaims(unmapFlush.invlpgbPerPage()),
      "as merged, INVLPGB of everything": reclaims(unmapFlush.batched()),
    },
    noWeak,
  },
  {
    id: "J3",
    what: "the entry into the kernel uses what is flushed only later in it",
    question: enters("danger-zone", deferring),
    expected: "FF-",
    property: "P-STALE",
    fixed: {
      "an interrupt instead": enters("danger-zone", broadcasting),
      "used behind the flush": enters("after-entry", deferring),
    },
    noWeak,
  },
  {
    id: "J3 work",
    what: "the entry does not do what was left for it",
    question: enters("after-entry", deferring.without("kernelEntry:flush_tlb_local")),
    expected: "FF-",
    property: "P-STALE",
    fixed: { done: enters("after-entry", deferring) },
    noWeak,
  },
  {
    id: "J7",
    what: "the deferral of RISC-V for new mappings, used where one goes",
    question: enters("after-entry", untilFault()),
    expected: "FF-",
    property: "P-STALE",
    fixed: { "interrupts when one goes": enters("after-entry", broadcasting) },
    noWeak,
    note:
      "J6, its mirror image, is not asked: entries that a core caches as invalid are no " +
      "translations here, and P-LIVE finds threads that stand still, not faults that repeat",
  },
];
