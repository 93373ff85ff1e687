/** What arm64 brings to the kernel paths. */
import type { ArchPaths } from "../environment.ts";
import { flushTlbRange } from "./flushTlbRange.ts";
import { enterLazyTlb, switchMm } from "./switchMm.ts";
import { unmapBatch } from "./unmapBatch.ts";

/** The paths of arm64. */
export const arm64Paths: ArchPaths = {
  switchMm,
  enterLazyTlb,
  flushRange: (env, options) => flushTlbRange(env, options),
  unmapBatch,
};
