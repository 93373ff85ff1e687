/** One page of a process: its entry, and the lock of the page table that holds it. */
import type { Variable } from "../steps/instructions.ts";

/** The page is not mapped. */
export const PTE_NONE = 0;
/** It may be written. */
export const PTE_WRITABLE = 1;
/** It may be read only. */
export const PTE_READ_ONLY = 2;

/** The entry of a page. Pages are counted as page tables are: each here lies in another table. */
export const pte: Variable = {
  name: "pte",
  scope: "table",
  holds: "number",
  initial: PTE_WRITABLE,
  meaning: "none, writable or read-only",
};

/** `ptl`, the lock of the page table that holds the entry. */
export const pageTableLock: Variable = {
  name: "ptl",
  scope: "table",
  holds: "number",
  initial: 0,
  meaning: "1 while somebody changes entries of the page table",
};

/** All of this file. */
export const PAGE_VARIABLES: readonly Variable[] = [pte, pageTableLock];
