/** Holds where the pending batch is flushed under the lock; breaks where it is passed over. */
import { checkInteger, checkKeys, checkOneOf } from "../../base/check.ts";
import type { Environment } from "../../mm/environment.ts";
import { flushRange } from "../../mm/environment.ts";
import { runHook } from "../../mm/hooks.ts";
import {
  PTE_NONE,
  PTE_READ_ONLY,
  PTE_WRITABLE,
  pageTableLock,
  pte,
} from "../../mm/pageVariables.ts";
import { tryToUnmap } from "../../mm/unmap.ts";
import { FIRST_USER_MM, INIT_MM, loadedMm } from "../../mm/variables.ts";
import type { Builder } from "../../steps/builder.ts";
import { of, program } from "../../steps/builder.ts";
import type { Program } from "../../steps/instructions.ts";
import type { ScenarioKind, ScenarioPlan, ScenarioScene } from "./scenario.ts";
import { Scenario } from "./scenario.ts";
import { first, MM, maskOf, running, smeUsers } from "./walkers.ts";

/** What takes rights away. */
export type OperationName = "mprotect" | "munmap" | "dontneed" | "mremap";

/** What an operation leaves of an entry, and how it flushes what it has changed. */
interface Operation {
  readonly left: number;
  /** As in the flush of freed tables. */
  readonly freed: boolean;
  /** Each page under its lock, or all at the end. */
  readonly flushes: "under-lock" | "at-end";
}

const OPERATIONS: Readonly<Record<OperationName, Operation>> = {
  /** `change_protection()`, to read-only. */
  mprotect: { left: PTE_READ_ONLY, freed: false, flushes: "at-end" },
  /** `zap_pte_range()`; whatever is mapped at the address afterwards. */
  munmap: { left: PTE_NONE, freed: false, flushes: "at-end" },
  /** `madvise(MADV_DONTNEED)`. */
  dontneed: { left: PTE_NONE, freed: false, flushes: "at-end" },
  /** `move_ptes()`: the old place is left empty. */
  mremap: { left: PTE_NONE, freed: true, flushes: "under-lock" },
};

/** Options of {@link batchedUnmapVsMprotect}. */
export interface BatchedUnmapVsMprotectOptions {
  /**
   * What takes rights away. Default `mprotect`, to read-only; the others leave nothing: `mremap`
   * flushes each page under its lock, `munmap` (whatever is mapped at the address afterwards) and
   * `dontneed`, whose steps are the same here, flush at the end.
   */
  operation?: OperationName;
  /** Pages, each under the lock of another page table. Default 1. */
  pages?: number;
  /**
   * Whether reclaim writes the pages, which are dirty then: `after-flush` as
   * `try_to_unmap_flush_dirty()` sees to, or `before-flush`. Default `none`: they are clean.
   */
  writeback?: "none" | "after-flush" | "before-flush";
}

/**
 * kswapd unmaps pages of a process and flushes once for all, while a thread of it takes rights on
 * them away and others access them: what is still owed must be flushed before the operation is
 * over (3ea277194daa), before a page is written out and before it is given to somebody else. CPUs:
 * kswapd, the operation, the rest access. Throws SD001 and SD002 for wrong options.
 */
export function batchedUnmapVsMprotect(options: BatchedUnmapVsMprotectOptions = {}): Scenario {
  checkKeys("scenario.batchedUnmapVsMprotect", options, ["operation", "pages", "writeback"]);
  const { operation = "mprotect", pages = 1, writeback = "none" } = options;
  return new Scenario("batchedUnmapVsMprotect", {
    operation: checkOneOf("operation", operation, Object.keys(OPERATIONS)),
    pages: checkInteger("pages", pages, 1, 2),
    writeback: checkOneOf("writeback", writeback, ["none", "after-flush", "before-flush"]),
  });
}

/** How the scenario becomes CPUs. */
export const batchedUnmapVsMprotectKind: ScenarioKind = {
  make: batchedUnmapVsMprotect,
  minCpus: 3,
  plan,
};

function plan({ options }: Scenario, { env, cpus }: ScenarioScene): ScenarioPlan {
  const pages = options.pages as number;
  const operation = OPERATIONS[options.operation as OperationName];
  const args = { mm: MM };
  const users = first(cpus).slice(2);
  return {
    lanes: [
      {
        name: "kswapd",
        thread: reclaim(env, options),
        args,
        initial: { [loadedMm.name]: INIT_MM },
      },
      {
        name: String(options.operation),
        thread: revoke(env, pages, operation),
        args,
        initial: running(env, MM),
      },
      ...users.map((_, i) => ({ name: `user ${i + 1}`, initial: running(env, MM) })),
    ],
    mms: FIRST_USER_MM + 1,
    tables: pages,
    initial: [...maskOf(env, MM, first(cpus).slice(1)), ...smeUsers(env, MM, users)],
    properties: ["P-STALE", "P-REUSE"],
    sometimes: ["translationHeld", "rightsRevoked", "tableReused"],
    bounds: [
      `${pages} pages; every flush takes all of them`,
      "one reclaim",
      `one ${options.operation}`,
    ],
    judgesTranslations: true,
    walked: {
      variable: pte.name,
      value: PTE_WRITABLE,
      mm: MM,
      isLeaf: true,
    },
  };
}

/** `shrink_folio_list()`: each page is unmapped under its lock, the flush comes before they go. */
function reclaim(env: Environment, { pages, writeback }: Scenario["options"]): Program {
  const source = "mm/rmap.c try_to_unmap_one(), mm/vmscan.c shrink_folio_list()";
  return program("shrink_folio_list", { params: ["mm"], source }, (k) => {
    for (const page of first(Number(pages))) {
      underLock(k, page, () => {
        k.exchange(of(pte, page), PTE_NONE);
        k.include(tryToUnmap(env), { mm: "mm" });
      });
      if (writeback === "after-flush") runHook(k, env, "flushBatch", { mm: "mm" });
      if (writeback !== "none") k.ghost("writePage", page);
    }
    runHook(k, env, "flushBatch", { mm: "mm" });
    for (const page of first(Number(pages))) k.ghost("freePage", page);
  });
}

/** `change_pte_range()`, `zap_pte_range()`: what is not mapped needs no flush of its own. */
function revoke(env: Environment, pages: number, { left, freed, flushes }: Operation): Program {
  const source = "mm/mprotect.c change_pte_range(), mm/memory.c zap_pte_range(), mm/mremap.c";
  return program("change_pte_range", { params: ["mm"], source }, (k) => {
    const flush = (strides: number): void => {
      k.include(flushRange(env, { freed }), { mm: "mm", pages: strides });
    };
    if (flushes === "at-end") k.set("changed", 0);
    for (const page of first(pages)) {
      underLock(k, page, () => {
        runHook(k, env, "checkPending", { mm: "mm" });
        k.load("entry", of(pte, page));
        k.if("entry", "!=", PTE_NONE, () => {
          k.exchange(of(pte, page), left);
          if (flushes === "at-end") k.set("changed", 1);
          else flush(1);
        });
      });
    }
    if (flushes === "at-end") k.if("changed", "==", 1, () => flush(pages));
    for (const page of first(pages)) k.ghost("revoke", page);
  });
}

function underLock(k: Builder, page: number, body: () => void): void {
  k.lock(of(pageTableLock, page));
  body();
  k.unlock(of(pageTableLock, page));
}
