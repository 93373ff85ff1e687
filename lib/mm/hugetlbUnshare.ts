/**
 * Sharing of hugetlb PMD tables and its end (mm/hugetlb.c): address spaces that map the same whole
 * gigabytes of a file use the same page tables; an operation on the range gives its share back.
 */
import type { Builder } from "../steps/builder.ts";
import { of, own, program } from "../steps/builder.ts";
import type { Operand, Program } from "../steps/instructions.ts";
import type { Environment } from "./environment.ts";
import { flushRange } from "./environment.ts";
import { runHook } from "./hooks.ts";
import { iMmapRwsem, ptShareCount, pud } from "./hugetlbVariables.ts";
import { syncWithWalkers } from "./sync.ts";
import { ENTRY_NONE, ENTRY_TABLE } from "./variables.ts";

/**
 * What makes an address space unshare:
 * - `munmap`: the range goes, and upper-level tables with it; `exit`: the same in `exit_mmap`,
 * - `mprotect`: the rights change; the table cannot be shared any more,
 * - `dontneed`: MADV_DONTNEED,
 * - `split`: the mapping is cut inside a gigabyte, as by a munmap of its first pages.
 */
export const UNSHARE_OPERATIONS = ["munmap", "mprotect", "dontneed", "split", "exit"] as const;

/** One of {@link UNSHARE_OPERATIONS}. */
export type UnshareOperation = (typeof UNSHARE_OPERATIONS)[number];

/** Parameter `table`: another address space maps the gigabyte and uses the table that is there. */
export const hugePmdShare: Program = program(
  "huge_pmd_share",
  { params: ["table"], source: "mm/hugetlb.c huge_pmd_share()" },
  (k) => {
    k.lock(own(iMmapRwsem));
    k.add(of(ptShareCount, "table"), 1);
    k.store(of(pud, "table"), ENTRY_TABLE);
    k.unlock(own(iMmapRwsem));
  },
);

/**
 * Parameters: `mm`, `first` and `last` (tables from first to last − 1), `huge` (huge pages present
 * in tables that are not shared) and `freed` (page tables of all levels that go with the range).
 *
 * Since 8ce720d5bd91: one flush for all that was unshared and, if a table has one owner left, one
 * sync for all such tables. As merged in 6.16: one sync for each table and each who leaves it.
 * `entry`: which of the declared entries is that of `mm`, where several address spaces unshare one
 * table; without, that of the table's number.
 */
export function hugetlbUnshare(
  env: Environment,
  operation: UnshareOperation,
  entry: Operand = "table",
): Program {
  const params = ["mm", "first", "last", "huge", "freed"];
  const source = "mm/hugetlb.c __huge_pmd_unshare(), huge_pmd_unshare_flush(); 8ce720d5bd91";
  return program(`hugetlb_${operation}`, { params, source }, (k) => {
    k.begin("unshare");
    k.work("syscall");
    k.work("vmaOp");
    k.set("unshared", 0);
    k.set("exclusive", 0);
    k.set("pending", 0);
    k.lock(own(iMmapRwsem));
    forEachTable(k, () => unshareTable(k, env, entry));
    changeOwnTables(k, operation);
    k.if("unshared", "==", 1, () => flushUnshared(k, env, operation));
    k.unlock(own(iMmapRwsem));
    finishGather(k, env, operation);
    k.end("unshare");
    k.tally("operations");
  });
}

function forEachTable(k: Builder, body: () => void): void {
  k.set("table", "first");
  k.while("table", "<", "last", () => {
    body();
    k.compute("table", "table", "+", 1);
  });
}

/** `__huge_pmd_unshare()`: the entry goes first, then the share; a table of its own stays. */
function unshareTable(k: Builder, env: Environment, entry: Operand): void {
  k.load("others", of(ptShareCount, "table"));
  k.if("others", ">", 0, () => {
    k.store(of(pud, entry), ENTRY_NONE);
    k.ghost("detach", "table");
    runHook(k, env, "detach", { mm: "mm" });
    k.set("unshared", 1);
    k.tally("unshared_tables");
    if (env.features.unshareSync === "table") syncWithWalkers(k, env, "unshared");
    k.add(of(ptShareCount, "table"), -1, "others");
    k.if("others", "==", 0, () => k.set("exclusive", 1));
  });
}

/** The pages of tables that are not shared, and the tables themselves. */
function changeOwnTables(k: Builder, operation: UnshareOperation): void {
  if (operation === "split") return;
  k.if("huge", ">", 0, () => {
    k.work(operation === "mprotect" ? "protectPage" : "zapPage", "huge");
    k.set("pending", 1);
  });
}

/**
 * `tlb_flush_unshared_tables()`, before the lock of the file is dropped. Mainline does not tell the
 * flush about unshared tables, so x86 spares lazy CPUs (F0); the series that skip or target the
 * sync do (F+). Until 8ce720d5bd91 mprotect flushed by `flush_tlb_range`, which reaches them.
 */
function flushUnshared(k: Builder, env: Environment, operation: UnshareOperation): void {
  const isPerTable = env.features.unshareSync === "table";
  const freed = env.unshareReachesLazy || (isPerTable && operation === "mprotect");
  k.include(flushRange(env, { freed }), { mm: "mm", pages: -1 });
  k.set("pending", 0);
  if (!isPerTable) k.if("exclusive", "==", 1, () => syncWithWalkers(k, env, "unshared"));
  forEachTable(k, () => {
    k.load("others", of(ptShareCount, "table"));
    k.if("others", "==", 0, () => {
      k.ghost("exclusive", "table");
      runHook(k, env, "reuse", { mm: "mm" });
    });
  });
}

/**
 * `tlb_finish_mmu()`. munmap has freed upper-level tables. mprotect has two gathers open, its own
 * and that of hugetlb, and a nested one always ends in a full flush as if tables had been freed
 * (`mm_tlb_flush_nested`).
 */
function finishGather(k: Builder, env: Environment, operation: UnshareOperation): void {
  const flush = (freed: boolean): void => {
    k.include(flushRange(env, { freed }), { mm: "mm", pages: -1 });
  };
  if (operation === "mprotect") {
    k.if("pending", "==", 1, () => flush(false));
    if (env.features.unshareSync === "operation") flush(true);
    return;
  }
  k.if(
    "freed",
    ">",
    0,
    () => {
      k.work("freeTable", "freed");
      flush(true);
    },
    () => k.if("pending", "==", 1, () => flush(false)),
  );
}

/** Parameters `first`, `last`, `sharers`: how the tables came to be shared. */
export const shareTables: Program = program(
  "hugetlb_fault",
  { params: ["first", "last", "sharers"], source: "mm/hugetlb.c hugetlb_fault()" },
  (k) => {
    forEachTable(k, () => {
      k.set("more", 1);
      k.while("more", "<", "sharers", () => {
        k.include(hugePmdShare, { table: "table" });
        k.compute("more", "more", "+", 1);
      });
    });
  },
);
