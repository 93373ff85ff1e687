/** What powerpc brings to the kernel paths. */
import type { ArchPaths } from "../environment.ts";
import { flushCollapsed, flushTlbRange } from "./flushTlbRange.ts";
import { enterLazyTlb, switchMm } from "./switchMm.ts";

/** The paths of powerpc. */
export const powerpcPaths: ArchPaths = {
  switchMm,
  enterLazyTlb,
  flushRange: (env, options) => flushTlbRange(env, options),
  flushCollapsed,
};
