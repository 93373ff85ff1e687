/** What x86 brings to the kernel paths (arch/x86/mm/tlb.c). */
import type { ArchPaths } from "../environment.ts";
import { flushTlbMmRange } from "./flushTlbMmRange.ts";
import { enterLazyTlb, switchMm } from "./switchMm.ts";
import { unmapBatch } from "./unmapBatch.ts";

/** The paths of x86. */
export const x86Paths: ArchPaths = {
  switchMm,
  enterLazyTlb,
  flushRange: (env, options) => flushTlbMmRange(env, options),
  unmapBatch,
};
