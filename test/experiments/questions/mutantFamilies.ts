/** All families of the mutant table, for the checks of the table as a whole. */
import { COUNTS } from "./mutants/counts.ts";
import { DEFERRAL } from "./mutants/deferral.ts";
import { GENERATIONS } from "./mutants/generations.ts";
import { LAZY_MM } from "./mutants/lazyMm.ts";
import { SKIP } from "./mutants/skip.ts";
import { TRACKER } from "./mutants/tracker.ts";
import { UNMAP } from "./mutants/unmap.ts";
import { UNSHARE } from "./mutants/unshare.ts";
import type { MutantRow } from "./mutantTable.ts";

/** Family → its rows; each family has a test file mutants/FAMILY.test.ts. */
export const FAMILIES: Readonly<Record<string, readonly MutantRow[]>> = {
  tracker: TRACKER,
  skip: SKIP,
  unshare: UNSHARE,
  counts: COUNTS,
  unmap: UNMAP,
  generations: GENERATIONS,
  deferral: DEFERRAL,
  lazyMm: LAZY_MM,
};
