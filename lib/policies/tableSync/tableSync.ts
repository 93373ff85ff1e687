/** The group `tableSync`: what happens between the flush of a detached table and its reuse. */
import type { PolicyData } from "../policy.ts";
import { Policy } from "../policy.ts";

/** A policy of this group. */
export function tableSyncPolicy(data: PolicyData): Policy {
  return new Policy("tableSync", data);
}
