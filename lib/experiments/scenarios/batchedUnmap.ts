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
import { first, MM, maskOf, running } from "./walkers.ts";

/** Options of {@link batchedUnmapVsMprotect}. */
export interface BatchedUnmapVsMprotectOptions {
  /** What takes rights away. Default `mprotect`, to read-only; `munmap` and `dontneed` unmap. */
  operation?: "mprotect" | "munmap" | "dontneed";
  /** Pages, each under the lock of another page table. Default 1. */
  pages?: number;
}

/**
 * kswapd unmaps pages of a process and flushes once for all, while a thread of it takes rights on
 * them away and others access them: what is still owed must be flushed before the operation is
 * over (3ea277194daa), and before a page is given to somebody else. CPUs: kswapd, the operation,
 * the rest access. Throws SD001 and SD002 for wrong options.
 */
export function batchedUnmapVsMprotect(options: BatchedUnmapVsMprotectOptions = {}): Scenario {
  checkKeys("scenario.batchedUnmapVsMprotect", options, ["operation", "pages"]);
  const { operation = "mprotect", pages = 1 } = options;
  return new Scenario("batchedUnmapVsMprotect", {
    operation: checkOneOf("operation", operation, ["mprotect", "munmap", "dontneed"]),
    pages: checkInteger("pages", pages, 1, 2),
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
  const left = options.operation === "mprotect" ? PTE_READ_ONLY : PTE_NONE;
  const args = { mm: MM };
  return {
    lanes: [
      { name: "kswapd", thread: reclaim(env, pages), args, initial: { [loadedMm.name]: INIT_MM } },
      {
        name: String(options.operation),
        thread: revoke(env, pages, left),
        args,
        initial: running(env, MM),
      },
      ...first(cpus - 2).map((i) => ({ name: `user ${i + 1}`, initial: running(env, MM) })),
    ],
    mms: FIRST_USER_MM + 1,
    tables: pages,
    initial: maskOf(env, MM, first(cpus).slice(1)),
    properties: ["P-STALE", "P-REUSE"],
    sometimes: ["translationHeld", "rightsRevoked", "tableReused"],
    bounds: [`${pages} pages`, "one reclaim", `one ${options.operation}`],
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
function reclaim(env: Environment, pages: number): Program {
  const source = "mm/rmap.c try_to_unmap_one(), mm/vmscan.c shrink_folio_list()";
  return program("shrink_folio_list", { params: ["mm"], source }, (k) => {
    for (const page of first(pages)) {
      underLock(k, page, () => {
        k.exchange(of(pte, page), PTE_NONE);
        k.include(tryToUnmap(env), { mm: "mm" });
      });
    }
    runHook(k, env, "flushBatch", { mm: "mm" });
    for (const page of first(pages)) k.ghost("freePage", page);
  });
}

/** `change_pte_range()`, `zap_pte_range()`: what is not mapped needs no flush of its own. */
function revoke(env: Environment, pages: number, left: number): Program {
  const source = "mm/mprotect.c change_protection(), mm/memory.c zap_pte_range()";
  return program("change_pte_range", { params: ["mm"], source }, (k) => {
    k.set("changed", 0);
    for (const page of first(pages)) {
      underLock(k, page, () => {
        runHook(k, env, "checkPending", { mm: "mm" });
        k.load("entry", of(pte, page));
        k.if("entry", "!=", PTE_NONE, () => {
          k.exchange(of(pte, page), left);
          k.set("changed", 1);
        });
      });
    }
    k.if("changed", "==", 1, () => {
      k.include(flushRange(env, { freed: false }), { mm: "mm", pages });
    });
    for (const page of first(pages)) k.ghost("revoke", page);
  });
}

function underLock(k: Builder, page: number, body: () => void): void {
  k.lock(of(pageTableLock, page));
  body();
  k.unlock(of(pageTableLock, page));
}
