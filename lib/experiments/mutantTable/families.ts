/** All families of the mutant table. */
import { COUNTS } from "./counts.ts";
import { DEFERRAL } from "./deferral.ts";
import { GENERATIONS } from "./generations.ts";
import { LAZY_MM } from "./lazyMm.ts";
import type { MutantRow } from "./row.ts";
import { SKIP } from "./skip.ts";
import { TRACKER } from "./tracker.ts";
import { UNMAP } from "./unmap.ts";
import { UNSHARE } from "./unshare.ts";

/** Family → its rows; each family has a test file of its own. */
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
