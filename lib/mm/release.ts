/**
 * What the releases do differently, by architecture. Read in the trees 6.1.192, 6.12.117, 7.2.6 and
 * 7.3.4; 6.16 and 6.18 are bracketed by 6.12 and 7.2, and 6.18 confirmed by runs on 6.18.44. Stable
 * trees are not vanilla: 6.1.192 and 6.12.117 carry the hugetlb unshare fix of 2025/26.
 */
import { unknownName } from "../base/messages.ts";
import type { ArchKind } from "../machine/arch.ts";
import { batchLimits } from "./batchLimits.ts";

/** Switches that depend on the release of Linux and on the architecture. */
export interface ReleaseFeatures {
  readonly release: string;
  /**
   * `mm_cpumask` is trimmed lazily (x86): a CPU that leaves an address space keeps its bit until a
   * flush finds it elsewhere ("x86/mm/tlb: Update mm_cpumask lazily", 209954cbc7d0, since 6.13).
   */
  readonly lazyCpumask: boolean;
  /** Pages that one `mmu_gather` takes before it must flush (mm/mmu_gather.c). */
  readonly pageBatch: number;
  /**
   * Page tables that one `mmu_gather` takes before it must flush, in a batch of their own, or
   * `null` where tables ride in the page batch (x86 bare metal before 6.14).
   */
  readonly tableBatch: number | null;
  /** Collapse of file and shmem tables sends the sync broadcast (until 6.5). */
  readonly fileCollapseSyncs: boolean;
  /** Hyper-V guests leave lazy CPUs out of a flush that frees no tables (x86; absent in 6.1). */
  readonly hypervSkipsLazy: boolean;
  /** Address spaces can get global ASIDs that INVLPGB flushes everywhere (x86, since 6.15). */
  readonly globalAsids: boolean;
  /** MADV_DONTNEED frees PTE tables that it empties (PT_RECLAIM). */
  readonly ptReclaim: boolean;
  /**
   * hugetlb unshare syncs once per unshared table and unsharer (1013af4f585f as merged in 6.16), or
   * once per operation and only when a table became exclusive (8ce720d5bd91 and its backports).
   */
  readonly unshareSync: "table" | "operation";
  /** Clean pages that reclaim frees under one flush; `null`: all of one call (6.1). */
  readonly reclaimBatch: number | null;
  /** MADV_PAGEOUT clears accessed bits and flushes for them (until 6.8, mm/madvise.c). */
  readonly pageoutClearsYoung: boolean;
  /** What frees a page table when no batch page can be allocated (`tlb_remove_table_one`). */
  readonly tableFallback: "sync" | "callRcu" | "synchronizeRcu";
  /** khugepaged collapses to sizes below a PMD, and tries again what it has collapsed (7.2). */
  readonly mthpCollapse: boolean;
  /** The wait of a cross call can be preempted (7.3). */
  readonly preemptibleWait: boolean;
  /** Lazy CPUs hold no reference and are shot when the mm goes (powerpc book3s64, since 6.4). */
  readonly shootLazies: boolean;
  /** Reclaim may leave flushes of unmapped pages for later (arm64 since 6.6; never on powerpc). */
  readonly batchedUnmap: boolean;
  /** Page migration flushes once for up to 512 pages (since 6.3). */
  readonly batchedMigration: boolean;
  /** Longest range that arm64 flushes by range TLBI, in pages; 6.1 stops one page short. */
  readonly tlbiRangePages: number;
  /** C1-Pro erratum 4193714 is worked around with interrupts (arm64, 7.2). */
  readonly smeDvmsync: boolean;
  /**
   * `mremap` begins at the table's first page when source and target lie alike in their tables and
   * nothing else is mapped there (mm/mremap.c try_realign_addr(), since 6.7).
   */
  readonly mremapRealigns: boolean;
  /** Widening the rights of one entry flushes it (arm64 ptep_set_access_flags()). */
  readonly flushesWidened: boolean;
  /** One `mmu_gather` goes on over neighbouring VMAs (MMU_GATHER_MERGE_VMAS). */
  readonly mergesVmas: boolean;
}

/** MAX_TABLE_BATCH: see {@link batchLimits}. */
export const RCU_TABLE_BATCH: number = batchLimits.gatherTables.value;
const { gatherPages, gatherPagesBefore69, reclaimFolios } = batchLimits;
/** MAX_TLBI_RANGE_PAGES: what one range TLBI of the largest scale covers. */
const TLBI_RANGE_PAGES = 2_097_152;

/** The releases the model knows, oldest first. */
export const RELEASE_NAMES: readonly string[] = ["6.1", "6.12", "6.16", "6.18", "7.2", "7.3"];

/**
 * The switches of a release on an architecture. Throws SD002 with the nearest known release
 * otherwise.
 */
export function releaseFeatures(release: string, arch: ArchKind = "x86"): ReleaseFeatures {
  if (!RELEASE_NAMES.includes(release)) throw unknownName("release", release, RELEASE_NAMES);
  const since = (first: string): boolean =>
    RELEASE_NAMES.indexOf(release) >= RELEASE_NAMES.indexOf(first);
  const isX86 = arch === "x86";
  const ptReclaim = isX86 ? since("6.16") : arch === "arm64" && since("7.2");
  return {
    release,
    lazyCpumask: isX86 && since("6.16"),
    pageBatch: (since("6.12") ? gatherPages : gatherPagesBefore69).value,
    tableBatch: isX86 && !since("6.16") ? null : RCU_TABLE_BATCH,
    fileCollapseSyncs: !since("6.12"),
    hypervSkipsLazy: isX86 && since("6.12"),
    globalAsids: isX86 && since("6.16"),
    ptReclaim,
    unshareSync: release === "6.16" ? "table" : "operation",
    reclaimBatch: since("6.12") ? reclaimFolios.value : null,
    pageoutClearsYoung: !since("6.12"),
    tableFallback: fallback(ptReclaim, since("7.2")),
    mthpCollapse: since("7.2"),
    preemptibleWait: since("7.3"),
    shootLazies: arch === "powerpc" && since("6.12"),
    batchedUnmap: isX86 || (arch === "arm64" && since("6.12")),
    batchedMigration: since("6.12"),
    tlbiRangePages: since("6.12") ? TLBI_RANGE_PAGES : TLBI_RANGE_PAGES - 1,
    smeDvmsync: arch === "arm64" && since("7.2"),
    mremapRealigns: since("6.12"),
    flushesWidened: arch === "arm64",
    mergesVmas: arch !== "arm64",
  };
}

function fallback(ptReclaim: boolean, waitsForRcu: boolean): ReleaseFeatures["tableFallback"] {
  if (ptReclaim) return "callRcu";
  return waitsForRcu ? "synchronizeRcu" : "sync";
}
