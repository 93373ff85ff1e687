/** H.3: flushes of unmapped pages that are left for later. */
import * as sd from "../../../../lib/index.ts";
import type { Asked, MutantRow } from "../mutantTable.ts";

const { batched, flushOwnIfPending, immediate, pendingFlag } = sd.unmapFlush;

/** Translations belong to a CPU as a whole, which the weak model does not have. */
const noWeak = "translations are explored under sc and x86-tso";

function unmaps(unmapFlush: sd.Policy, pages = 1): Asked {
  return {
    scenario: sd.scenario.batchedUnmapVsMprotect({ pages }),
    linux: sd.linux({ unmapFlush }),
    cpus: 3,
  };
}

/** Rows E1 to E10. */
export const UNMAP: readonly MutantRow[] = [
  {
    id: "E1",
    what: "mprotect passes over a pending batch",
    question: unmaps(batched().without("checkPending:flush_tlb_mm")),
    expected: "FF-",
    property: "P-STALE",
    fixed: { "flush under the lock": unmaps(batched()), "no batch": unmaps(immediate()) },
    noWeak,
  },
  {
    id: "E2",
    what: "one flag for two page tables",
    question: unmaps(pendingFlag(), 2),
    expected: "FF-",
    property: "P-STALE",
    fixed: { "one page table": unmaps(pendingFlag()), counters: unmaps(batched(), 2) },
    noWeak,
  },
  {
    id: "E4",
    what: "not even a compiler barrier: the lock orders",
    question: unmaps(batched().without("deferUnmap:barrier")),
    expected: "PP-",
    fixed: {},
    noWeak,
  },
  {
    id: "E5",
    what: "mprotect flushes its own batch",
    question: unmaps(flushOwnIfPending()),
    expected: "FF-",
    property: "P-STALE",
    fixed: { "flush of the mm": unmaps(batched()) },
    noWeak,
  },
  {
    id: "E10",
    what: "the page goes before the flush",
    question: unmaps(batched().without("flushBatch:arch_tlbbatch_flush")),
    expected: "FF-",
    property: "P-REUSE",
    fixed: { "flush first": unmaps(batched()) },
    noWeak,
  },
];
