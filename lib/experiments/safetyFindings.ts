/** Findings about the patch series, each with the rows of the mutant table that decide it. */
import { markdownTable } from "../tables/markdown.ts";
import type { JudgedRow } from "./mutantTable/judge.ts";

/** Something that a review says, or that nobody has said. */
interface Claim {
  readonly claim: string;
  readonly by: string;
  /** Rows that are violated if the claim is true. */
  readonly fails: readonly string[];
  /** Rows beside them that hold if it is. */
  readonly holds: readonly string[];
}

const INFERRED = "on no list; inferred from the patches";

const CLAIMS: readonly Claim[] = [
  {
    claim: "v4: a read barrier in the sync is not enough where nothing else orders",
    by: "Peter Zijlstra, 2 Feb 2026",
    fails: ["A1"],
    holds: [],
  },
  {
    claim: "v4: on x86 the atomic of the page-table clear, or that of the flush, hides it",
    by: INFERRED,
    fails: ["A1"],
    holds: ["A1 on x86"],
  },
  {
    claim: "v4: an unshare leaves walkers of an address space that shared the table before",
    by: INFERRED,
    fails: ["A7"],
    holds: ["A7 native"],
  },
  {
    claim: "v4: the walk of an NMI clears the tracker of the walk that it interrupts",
    by: INFERRED,
    fails: ["A5"],
    holds: [],
  },
  {
    claim: "v4: walkers without hooks are not waited for",
    by: INFERRED,
    fails: ["A6"],
    holds: [],
  },
  {
    claim: "v7 to v10: skipping the grace period drops walkers that hold rcu_read_lock() only",
    by: INFERRED,
    fails: ["B11"],
    holds: [],
  },
  {
    claim: "v3: on KVM the flag is set although stopped vCPUs are left out",
    by: INFERRED,
    fails: ["B2"],
    holds: [],
  },
  {
    claim: "v4: KVM does not imply interrupts, a vCPU may be stopped in its walk",
    by: "Sean Christopherson, 25 Feb 2026",
    fails: ["B1"],
    holds: [],
  },
  {
    claim: "v10: nothing enforces that a flush comes before the sync",
    by: "Peter Zijlstra, 24 Apr 2026",
    fails: ["B10"],
    holds: [],
  },
  {
    claim: "v6 to v10: the key must be set behind the guest's operations",
    by: INFERRED,
    fails: ["B5"],
    holds: [],
  },
  {
    claim: "the flags of the gather must start at 0, or a table is shared on",
    by: "review of the unshare series",
    fails: ["C2"],
    holds: [],
  },
];

/** The claims as a table; what they come to is read from the rows. */
export function findingsSection(byId: ReadonlyMap<string, JudgedRow>): string[] {
  const rows = CLAIMS.map(({ claim, by, fails, holds }) => {
    const isConfirmed =
      fails.every((id) => isViolated(byId.get(id))) &&
      holds.every((id) => !isViolated(byId.get(id)));
    return [claim, by, isConfirmed ? "confirmed" : "refuted", [...fails, ...holds].join(", ")];
  });
  return [
    "## What becomes of the findings about the patch series",
    "*Confirmed*: the row is violated, its schedule below shows how, and its repaired variants" +
      " hold. *Refuted*: it holds under every model.",
    markdownTable(["finding", "whose", "", "rows"], rows),
  ];
}

/** Violated under some model. */
function isViolated(judged: JudgedRow | undefined): boolean {
  return judged?.found.some(({ outcome }) => outcome === "violated") === true;
}
