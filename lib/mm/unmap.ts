/** Unmapping one page for reclaim, migration or a collapse: flush it now, or leave it for later. */
import type { Builder } from "../steps/builder.ts";
import { program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";
import type { Environment, UnmapBatchPaths } from "./environment.ts";
import { flushRange, oncePerEnvironment } from "./environment.ts";
import { runHook } from "./hooks.ts";

/**
 * `try_to_unmap_one()` and `try_to_migrate_one()` with TTU_BATCH_FLUSH: parameter `mm`. Where the
 * architecture does not batch, and on x86 when no other CPU is in the mask, the page is flushed at
 * once (`ptep_clear_flush`, one F0); otherwise the policy decides.
 */
export const tryToUnmap: (env: Environment) => Program = oncePerEnvironment((env) => {
  const source = "mm/rmap.c try_to_unmap_one(), should_defer_flush()";
  return program("try_to_unmap_one", { params: ["mm"], source }, (k) => {
    k.work("ptClear");
    const batch = unmapBatchOf(env);
    if (batch === undefined) return flushPage(k, env);
    const defer = (): void => runHook(k, env, "deferUnmap", { mm: "mm" });
    if (batch.shouldDefer === undefined) return defer();
    k.include(batch.shouldDefer(env), { mm: "mm" }, { results: { defer: "defer" } });
    k.if("defer", "==", 1, defer, () => flushPage(k, env));
  });
});

/** The same without TTU_BATCH_FLUSH: parameter `mm`, one F0. */
export const unmapAndFlush: (env: Environment) => Program = oncePerEnvironment((env) =>
  program("ptep_clear_flush", { params: ["mm"], source: CLEAR_FLUSH }, (k) => {
    k.work("ptClear");
    flushPage(k, env);
  }),
);

/** What the architecture brings to deferred flushes; undefined where this release has none. */
export function unmapBatchOf({ arch, features }: Environment): UnmapBatchPaths | undefined {
  return features.batchedUnmap ? arch.unmapBatch : undefined;
}

const CLEAR_FLUSH = "mm/pgtable-generic.c ptep_clear_flush()";

function flushPage(k: Builder, env: Environment): void {
  k.include(flushRange(env, { freed: false }), { mm: "mm", pages: 1 });
}
