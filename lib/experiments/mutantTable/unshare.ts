/** H.2: hugetlb unshare, khugepaged, and tables that are freed alone. */
import { hyperv } from "../../backends/backend.ts";
import { broadcast } from "../../policies/tableSync/broadcast.ts";
import { allocationFailure } from "../scenarios/allocationFailure.ts";
import { khugepagedRecheck } from "../scenarios/khugepagedRecheck.ts";
import { splitPmdRead } from "../scenarios/splitPmdRead.ts";
import { tableFreeVsWalker } from "../scenarios/tableFreeVsWalker.ts";
import type { UnshareScenarioOptions } from "../scenarios/unshare.ts";
import { unshare } from "../scenarios/unshare.ts";
import type { Asked, MutantRow } from "./row.ts";
import { broadcasting, linuxWith, nothing, onKvm, turin } from "./settings.ts";

const skipped = linuxWith(nothing);

const shared = (
  sharers: number,
  options: Omit<UnshareScenarioOptions, "sharers"> = {},
): Pick<Asked, "scenario" | "cpus"> => ({
  scenario: unshare({ sharers, ...options }),
  cpus: sharers + 1,
});

/** The walker reads the entry again. */
const recheck = khugepagedRecheck();
const pae = splitPmdRead();
const onHyperv: Pick<Asked, "backend"> = { backend: hyperv() };

/** Rows C1 to C10. */
export const UNSHARE: readonly MutantRow[] = [
  {
    id: "C1 INVLPGB",
    what: "no sync after an unshare",
    question: { ...shared(2), ...turin, linux: skipped },
    expected: "FFF",
    property: "P-ALIAS",
    fixed: { broadcast: { ...shared(2), ...turin, linux: broadcasting } },
  },
  {
    id: "C1 KVM",
    what: "no sync after an unshare, in a guest",
    question: { ...shared(2), ...onKvm, linux: skipped },
    window: 5,
    expected: "FFF",
    property: "P-ALIAS",
    fixed: { broadcast: { ...shared(2), ...onKvm, linux: broadcasting } },
  },
  {
    id: "C1 native",
    what: "no sync where the flush waits for the walkers",
    question: { ...shared(2), linux: skipped },
    expected: "PPP",
    fixed: {},
  },
  {
    id: "C2",
    what: "the flags of the gather are not set to 0",
    question: { ...shared(2, { gather: "garbage" }), ...turin, linux: broadcasting },
    window: 5,
    expected: "PPP",
    fixed: {
      "three address spaces": {
        ...shared(3, { gather: "garbage" }),
        ...turin,
        linux: broadcasting,
      },
    },
    note:
      "A failure was expected. The flags are only ever set where something is owed, so" +
      " that any value at the start can add a flush or a broadcast and can lose none: it is slow," +
      " and the check at the end of the gather warns.",
  },
  {
    id: "C3",
    what: "flush and sync behind the lock of the file, INVLPGB",
    question: { ...shared(2, { flush: "unlocked" }), ...turin, linux: broadcasting },
    expected: "FFF",
    property: "P-ALIAS",
    fixed: { "under the lock": { ...shared(2), ...turin, linux: broadcasting } },
  },
  {
    id: "C3 native",
    what: "flush and sync behind the lock of the file",
    question: { ...shared(2, { flush: "unlocked" }), linux: broadcasting },
    expected: "FFF",
    property: "P-ALIAS",
    fixed: { "under the lock": { ...shared(2), linux: broadcasting } },
  },
  {
    id: "C5",
    what: "every leaver broadcasts, as merged (1013af4f585f)",
    question: { ...shared(3), ...turin, linux: linuxWith(broadcast(), "6.16") },
    expected: "PPP",
    fixed: {},
  },
  {
    id: "C10",
    what: "a table freed alone at once, in a guest",
    question: {
      scenario: tableFreeVsWalker({ freed: "at-once" }),
      ...onKvm,
      linux: skipped,
    },
    expected: "FFF",
    property: "P-UAF",
    fixed: {
      "grace period": {
        scenario: tableFreeVsWalker({ freed: "rcu" }),
        ...onKvm,
        linux: skipped,
      },
      sync_one: {
        scenario: allocationFailure({ ptReclaim: false }),
        ...onKvm,
        linux: linuxWith(broadcast(), "6.18"),
      },
    },
  },
  {
    id: "C8",
    what: "the entry read again, and no sync: a link is taken for a PTE",
    question: { scenario: recheck, linux: skipped },
    expected: "FFF",
    property: "P-UAF",
    fixed: {
      "with a sync": { scenario: recheck, linux: broadcasting },
      "as far as pages are returned": {
        scenario: khugepagedRecheck({ harm: "returned" }),
        linux: skipped,
      },
    },
  },
  {
    id: "C8 without",
    what: "the entry not read again, and no sync: a page is returned",
    question: {
      scenario: khugepagedRecheck({ recheck: "none", harm: "returned" }),
      linux: skipped,
    },
    expected: "FFF",
    property: "P-UAF",
    fixed: {
      "read again": {
        scenario: khugepagedRecheck({ harm: "returned" }),
        linux: skipped,
      },
    },
  },
  {
    id: "C11",
    what: "an entry of two words read without sync",
    question: { scenario: pae, linux: skipped },
    expected: "FFF",
    property: "P-UAF",
    fixed: { broadcast: { scenario: pae, linux: broadcasting } },
  },
  {
    id: "C11 Hyper-V",
    what: "the same where the flush interrupts nobody",
    question: {
      scenario: splitPmdRead({ walkers: "inside" }),
      ...onHyperv,
      linux: skipped,
    },
    expected: "FFF",
    property: "P-UAF",
    fixed: {
      broadcast: {
        scenario: splitPmdRead({ walkers: "inside" }),
        ...onHyperv,
        linux: broadcasting,
      },
      "bare metal": { scenario: splitPmdRead({ walkers: "inside" }), linux: skipped },
    },
  },
];
