/** H.2: hugetlb unshare, khugepaged, and tables that are freed alone. */
import * as sd from "../../../../lib/index.ts";
import { linux, nothing } from "../../scenarios/ask.ts";
import type { Asked, MutantRow } from "../mutantTable.ts";
import { broadcasting, kvm, turin } from "./settings.ts";

const { scenario, tableSync } = sd;

const skipped = linux(nothing);

const shared = (sharers: number): Pick<Asked, "scenario" | "cpus"> => ({
  scenario: scenario.unshare({ sharers }),
  cpus: sharers + 1,
});

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
    question: { ...shared(2), ...kvm, linux: skipped },
    expected: "FFF",
    property: "P-ALIAS",
    fixed: { broadcast: { ...shared(2), ...kvm, linux: broadcasting } },
  },
  {
    id: "C1 native",
    what: "no sync where the flush waits for the walkers",
    question: { ...shared(2), linux: skipped },
    expected: "PPP",
    fixed: {},
  },
  {
    id: "C5",
    what: "every leaver broadcasts, as merged (1013af4f585f)",
    question: { ...shared(3), ...turin, linux: linux(tableSync.broadcast(), "6.16") },
    expected: "PPP",
    fixed: {},
  },
  {
    id: "C10",
    what: "a table freed alone at once, in a guest",
    question: {
      scenario: scenario.tableFreeVsWalker({ freed: "at-once" }),
      ...kvm,
      linux: skipped,
    },
    expected: "FFF",
    property: "P-UAF",
    fixed: {
      "grace period": {
        scenario: scenario.tableFreeVsWalker({ freed: "rcu" }),
        ...kvm,
        linux: skipped,
      },
      sync_one: {
        scenario: scenario.allocationFailure({ ptReclaim: false }),
        ...kvm,
        linux: linux(tableSync.broadcast(), "6.18"),
      },
    },
  },
];
