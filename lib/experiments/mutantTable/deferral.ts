/** H.3 and H.4: flushes that are left for later, and what has to be done before. */
import { contextState } from "../../mm/walkerVariables.ts";
import type { Linux } from "../../policies/linux.ts";
import { linux } from "../../policies/linux.ts";
import type { Policy } from "../../policies/policy.ts";
import { deferToEntry } from "../../policies/tableSync/deferToEntry.ts";
import { tableSyncPolicy } from "../../policies/tableSync/tableSync.ts";
import { batched } from "../../policies/unmapFlush/batched.ts";
import { invlpgbPerPage } from "../../policies/unmapFlush/invlpgbPerPage.ts";
import { of, program } from "../../steps/builder.ts";
import { invlpgbReclaim } from "../scenarios/invlpgbReclaim.ts";
import { isolatedCpuDeferral } from "../scenarios/isolatedCpuDeferral.ts";
import type { Asked, MutantRow } from "./row.ts";
import { broadcasting, linuxWith, turin } from "./settings.ts";

function reclaims(policy: Policy): Asked {
  const kernel = linux({ unmapFlush: policy });
  return { scenario: invlpgbReclaim(), linux: kernel, ...turin, cpus: 3 };
}

function enters(access: "after-entry" | "danger-zone", kernel: Linux): Asked {
  return { scenario: isolatedCpuDeferral({ access }), linux: kernel, cpus: 3 };
}

const deferring = linuxWith(deferToEntry());

/**
 * What RISC-V does for mappings that are new: a bit for each CPU, which the handler of a fault
 * looks at. A mapping that has gone causes no fault where a translation of it is left.
 */
function untilFault(): Linux {
  const source = "riscv: Stop emitting preventive sfence.vma for new vmalloc mappings, 31 Jan 2024";
  const kernelFlush = program("mark_new_vmalloc", { source }, (k) => {
    k.forEachCpu("cpu", "online", () => k.store(of(contextState, "cpu"), 2));
    k.flushLocal(-1);
  });
  const summary = "kernel mappings are flushed by whoever faults";
  const hooks = { kernelFlush };
  return linuxWith(tableSyncPolicy({ name: "untilFault", options: {}, hooks, summary, source }));
}

/** Rows E13, J3 and J7. */
export const DEFERRAL: readonly MutantRow[] = [
  {
    id: "E13",
    what: "a batch of INVLPGB ends with TLBSYNC, CPUs of other pages are not interrupted",
    question: reclaims(invlpgbPerPage({ flush: "tlbsync" })),
    expected: "FFF",
    property: "P-REUSE",
    fixed: {
      both: reclaims(invlpgbPerPage()),
      "as merged, INVLPGB of everything": reclaims(batched()),
    },
    window: 4,
  },
  {
    id: "J3",
    what: "the entry into the kernel uses what is flushed only later in it",
    question: enters("danger-zone", deferring),
    expected: "FFF",
    property: "P-STALE",
    fixed: {
      "an interrupt instead": enters("danger-zone", broadcasting),
      "used behind the flush": enters("after-entry", deferring),
    },
  },
  {
    id: "J3 work",
    what: "the entry does not do what was left for it",
    question: enters("after-entry", deferring.without("kernelEntry:flush_tlb_local")),
    expected: "FFF",
    property: "P-STALE",
    fixed: { done: enters("after-entry", deferring) },
  },
  {
    id: "J7",
    what: "the deferral of RISC-V for new mappings, used where one goes",
    question: enters("after-entry", untilFault()),
    expected: "FFF",
    property: "P-STALE",
    fixed: { "interrupts when one goes": enters("after-entry", broadcasting) },
    note:
      "J6, its mirror image, is not asked: entries that a core caches as invalid are no " +
      "translations here, and P-LIVE finds threads that stand still, not faults that repeat",
  },
];
