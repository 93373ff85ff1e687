/** The group `unmapFlush`: when translations of pages that reclaim unmaps are flushed. */
import type { Constraint } from "../../mm/constraint.ts";
import type { PolicyData } from "../policy.ts";
import { Policy } from "../policy.ts";

/** A policy of this group. */
export function unmapFlushPolicy(data: PolicyData): Policy {
  return new Policy("unmapFlush", data);
}

/** Architectures that defer the flush of unmapped pages. */
export const WHERE_BATCHED: Constraint = {
  on: "arch",
  oneOf: ["x86", "arm64"],
  reason: "it has no batched unmap flush (ARCH_WANT_BATCHED_UNMAP_TLB_FLUSH)",
};

/** Only arm64, whose batch is TLBIs that were issued and not waited for. */
export const ARM64_ONLY: readonly Constraint[] = [
  {
    on: "arch",
    oneOf: ["arm64"],
    reason: "only on arm64 can a barrier complete flushes that were begun before",
  },
  {
    on: "release",
    oneOf: ["6.12", "6.16", "6.18", "7.2", "7.3"],
    reason: "arm64 defers flushes since 6.6 (43b3dfdd0455)",
  },
];
