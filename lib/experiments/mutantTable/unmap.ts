/** H.3: flushes of unmapped pages that are left for later. */
import { arm64 } from "../../machine/arch.ts";
import { machine } from "../../machine/machine.ts";
import { machines } from "../../machine/presets.ts";
import { linux } from "../../policies/linux.ts";
import type { Policy } from "../../policies/policy.ts";
import { batched } from "../../policies/unmapFlush/batched.ts";
import { flushMmIfPending } from "../../policies/unmapFlush/flushMmIfPending.ts";
import { flushOwnIfPending } from "../../policies/unmapFlush/flushOwnIfPending.ts";
import { immediate } from "../../policies/unmapFlush/immediate.ts";
import { pendingFlag } from "../../policies/unmapFlush/pendingFlag.ts";
import { waitIfPending } from "../../policies/unmapFlush/waitIfPending.ts";
import type { BatchedUnmapVsMprotectOptions } from "../scenarios/batchedUnmap.ts";
import { batchedUnmapVsMprotect } from "../scenarios/batchedUnmap.ts";
import type { Asked, MutantRow } from "./row.ts";

type Options = BatchedUnmapVsMprotectOptions;

function unmaps(unmapFlush: Policy, options: Options = {}, more: Partial<Asked> = {}): Asked {
  return {
    scenario: batchedUnmapVsMprotect(options),
    linux: linux({ unmapFlush }),
    cpus: 3,
    ...more,
  };
}

const pendingIgnored = batched().without("checkPending:flush_tlb_mm");
const arm: Partial<Asked> = { machine: machines.kunpeng920 };
const erratum: Partial<Asked> = {
  machine: machine({ cpus: 8, arch: arm64({ smeErratum: true }) }),
};
const everybody: Partial<Asked> = { ...arm, completion: "everybody" };

/** E1 for an operation. */
function ignored(id: string, operation: "munmap" | "dontneed" | "mremap"): MutantRow {
  return {
    id: `E1 ${id}`,
    what: `${operation} passes over a pending batch`,
    question: unmaps(pendingIgnored, { operation }),
    expected: "FFF",
    property: "P-STALE",
    fixed: { "flush under the lock": unmaps(batched(), { operation }) },
  };
}

/** Rows E1 to E10. */
export const UNMAP: readonly MutantRow[] = [
  {
    id: "E1",
    what: "mprotect passes over a pending batch",
    question: unmaps(pendingIgnored),
    expected: "FFF",
    property: "P-STALE",
    fixed: { "flush under the lock": unmaps(batched()), "no batch": unmaps(immediate()) },
  },
  {
    id: "E1 arm64",
    what: "mprotect passes over TLBIs that nobody has waited for",
    question: unmaps(pendingIgnored, {}, arm),
    expected: "F-F",
    property: "P-STALE",
    fixed: { "flush under the lock": unmaps(batched(), {}, arm) },
  },
  ignored("munmap", "munmap"),
  ignored("MADV", "dontneed"),
  ignored("mremap", "mremap"),
  {
    id: "E2",
    what: "one flag for two page tables",
    question: unmaps(pendingFlag(), { pages: 2 }),
    expected: "FFF",
    property: "P-STALE",
    fixed: { "one page table": unmaps(pendingFlag()), counters: unmaps(batched(), { pages: 2 }) },
    window: 4,
  },
  {
    id: "E4",
    what: "not even a compiler barrier: the lock orders",
    question: unmaps(batched().without("deferUnmap:barrier")),
    expected: "PPP",
    fixed: {},
  },
  {
    id: "E5",
    what: "mprotect flushes its own batch",
    question: unmaps(flushOwnIfPending()),
    expected: "FFF",
    property: "P-STALE",
    fixed: { "flush of the mm": unmaps(batched()) },
  },
  {
    id: "E6",
    what: "arm64: a pending batch is waited for by DSB alone",
    question: unmaps(waitIfPending(), {}, arm),
    expected: "F-F",
    property: "P-STALE",
    fixed: {
      "TLBI of its own and DSB": unmaps(batched(), {}, arm),
      "the same, by its own name": unmaps(flushMmIfPending(), {}, arm),
    },
  },
  {
    id: "E6 belief",
    what: "the same, did a DSB wait for the TLBIs of other CPUs too",
    question: unmaps(waitIfPending(), {}, everybody),
    expected: "P-P",
    fixed: {},
  },
  {
    id: "E9",
    what: "a dirty page is written before the flush",
    question: unmaps(batched(), { writeback: "before-flush" }),
    expected: "FFF",
    property: "P-REUSE",
    fixed: { "flush first": unmaps(batched(), { writeback: "after-flush" }) },
  },
  {
    id: "E9 arm64",
    what: "the same on arm64",
    question: unmaps(batched(), { writeback: "before-flush" }, arm),
    expected: "F-F",
    property: "P-REUSE",
    fixed: { "flush first": unmaps(batched(), { writeback: "after-flush" }, arm) },
  },
  {
    id: "E10",
    what: "the page goes before the flush",
    question: unmaps(batched().without("flushBatch:arch_tlbbatch_flush")),
    expected: "FFF",
    property: "P-REUSE",
    fixed: { "flush first": unmaps(batched()) },
  },
  {
    id: "E11",
    what: "a CPU that uses SME seems done too early, no workaround (6.18)",
    question: unmaps(batched(), {}, { ...erratum, linux: linux({ release: "6.18" }) }),
    expected: "F-F",
    property: "P-REUSE",
    fixed: { "interrupts (7.2)": unmaps(batched(), {}, erratum) },
    note:
      "P-STALE was expected. The shortest schedule breaks P-REUSE: the page goes back as" +
      " soon as the DSB of kswapd returns, which is sooner than the end of mprotect.",
  },
  {
    id: "J4",
    what: "LUF of pages that can be written: the flush waits until they are allocated again",
    question: unmaps(batched(), { writeback: "before-flush" }),
    expected: "FFF",
    property: "P-REUSE",
    fixed: { "clean pages only": unmaps(batched()) },
    note:
      "To the explorer LUF is the flush of the batch moved from before a page is free to before" +
      " it is given away, which is the program of E9. As a policy it would need a hook in the" +
      " page allocator, which no workload has: its cost would come out as nothing.",
  },
];
