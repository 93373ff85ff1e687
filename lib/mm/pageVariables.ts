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

/** A word of a page table is an entry that maps a page. */
export const WORD_IS_PTE = 0;
/** It links the table into a list: of deposited tables, or of the allocator. */
export const WORD_IS_LINK = 1;

/** The first word of a page table's memory. */
export const tableWord: Variable = {
  name: "table_word",
  scope: "table",
  holds: "number",
  initial: WORD_IS_PTE,
  meaning: "an entry, or a link once the table is deposited",
};

/** `pmd_low` of 32-bit x86 with PAE: present, and the low half of the table's address. */
export const pmdLow: Variable = {
  name: "pmd_low",
  scope: "global",
  holds: "number",
  initial: 1,
  meaning: "1 while an entry is present; two tables can have the same low half",
};

/** `pmd_high`: the other half, which here is the table's number. */
export const pmdHigh: Variable = {
  name: "pmd_high",
  scope: "global",
  holds: "number",
  initial: 1,
  meaning: "the high half of the table's address; 0 where no entry is",
};

/** All of this file. */
export const PAGE_VARIABLES: readonly Variable[] = [pte, pageTableLock, tableWord, pmdLow, pmdHigh];
