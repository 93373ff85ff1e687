/** The group `lazyTlb`: what keeps an address space alive that a CPU borrows. */
import type { PolicyData } from "../policy.ts";
import { Policy } from "../policy.ts";

/** A policy of this group. */
export function lazyTlbPolicy(data: PolicyData): Policy {
  return new Policy("lazyTlb", data);
}
