import type { Policy } from "../policy.ts";
import { batched } from "./batched.ts";
import { ARM64_ONLY, unmapFlushPolicy } from "./unmapFlush.ts";

/**
 * "arm64/mm: Close theoretical race where stale TLB entry remains valid" (Ryan Roberts, 30 May
 * 2025, 4b634918384c): who finds a pending batch flushes the whole address space itself, because a
 * barrier completes only the TLBIs of its own CPU. Now the generic code, so the same as `batched`.
 */
export function flushMmIfPending(): Policy {
  return unmapFlushPolicy({
    name: "flushMmIfPending",
    options: {},
    hooks: batched().hooks,
    summary: "who finds a pending batch flushes the whole address space with TLBIs of its own",
    source: "arm64/mm: Close theoretical race where stale TLB entry remains valid, 4b634918384c",
    constraints: ARM64_ONLY,
  });
}
