/** Page tables that address spaces share: the entries that lead to them, the number of sharers. */
import type { Variable } from "../steps/instructions.ts";

/** ENTRY_TABLE, which variables.ts declares; that file imports this one. */
const ENTRY_TABLE = 1;

/**
 * The entry of one address space that points to a PMD table, 1 GiB of a hugetlb mapping. Each table
 * that is shared has one here: that of the address space whose unshare is studied.
 */
export const pud: Variable = {
  name: "pud",
  scope: "table",
  holds: "number",
  initial: ENTRY_TABLE,
  meaning: "none or table, in the address space that unshares",
};

/** `ptdesc->pt_share_count` (include/linux/mm_types.h): owners of a PMD table beside the first. */
export const ptShareCount: Variable = {
  name: "pt_share_count",
  scope: "table",
  holds: "number",
  initial: 0,
  meaning: "address spaces that share the table, less one",
};

/** `i_mmap_rwsem` of the hugetlbfs file, held for write while tables are shared and unshared. */
export const iMmapRwsem: Variable = {
  name: "i_mmap_rwsem",
  scope: "global",
  holds: "number",
  initial: 0,
  meaning: "1 while somebody changes who shares the tables of the file",
};

/** All of this file. */
export const HUGETLB_VARIABLES: readonly Variable[] = [pud, ptShareCount, iMmapRwsem];
