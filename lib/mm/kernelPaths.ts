/**
 * Kernel paths that a policy may call by name (`k.callPath("flush_tlb_mm", { mm: "mm" })`), so that
 * a policy stays the same data on every release, architecture and backend.
 */
import { unknownName } from "../base/messages.ts";
import { program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";
import type { Environment } from "./environment.ts";
import { flushRange, oncePerEnvironment } from "./environment.ts";
import { LAZY_TLB_PATHS } from "./lazyTlbPaths.ts";
import { unmapBatchOf } from "./unmap.ts";
import { flushIfPending } from "./unmapBatch.ts";
import { flushBatchMask } from "./x86/unmapBatch.ts";

/** `flush_tlb_mm()`: parameter `mm`. A whole address space, as if tables had been freed. */
const flushTlbMm = oncePerEnvironment((env) =>
  program("flush_tlb_mm", { params: ["mm"], source: "arch/*/include/asm/tlbflush.h" }, (k) => {
    k.include(flushRange(env, { freed: true }), { mm: "mm", pages: -1 });
  }),
);

/** `flush_tlb_page()`: parameter `mm`. One page, no tables freed. */
const flushTlbPage = oncePerEnvironment((env) =>
  program("flush_tlb_page", { params: ["mm"], source: "arch/*/include/asm/tlbflush.h" }, (k) => {
    k.include(flushRange(env, { freed: false }), { mm: "mm", pages: 1 });
  }),
);

/** `flush_tlb_batched_pending()` of mainline: parameter `mm`, under its page-table lock. */
const flushTlbBatchedPending = oncePerEnvironment((env) => {
  const source = "mm/rmap.c flush_tlb_batched_pending()";
  return program("flush_tlb_batched_pending", { params: ["mm"], source }, (k) => {
    if (unmapBatchOf(env) === undefined) return;
    flushIfPending(k, () => k.include(flushTlbMm(env), { mm: "mm" }));
  });
});

/** Architectures that flush every unmapped page at once owe nothing. */
const nothingOwed: Program = program(
  "no_arch_tlbbatch",
  { params: ["mm"], source: "mm/rmap.c without CONFIG_ARCH_WANT_BATCHED_UNMAP_TLB_FLUSH" },
  () => {},
);

const PATHS: Readonly<Record<string, (env: Environment) => Program>> = {
  ...LAZY_TLB_PATHS,
  flush_tlb_mm: flushTlbMm,
  flush_tlb_page: flushTlbPage,
  flush_tlb_batched_pending: flushTlbBatchedPending,
  arch_tlbbatch_add_pending: (env) => unmapBatchOf(env)?.addPending(env) ?? nothingOwed,
  arch_tlbbatch_flush_mask: (env) => (env.cpu.kind === "x86" ? flushBatchMask(env) : nothingOwed),
  arch_tlbbatch_flush: (env) => unmapBatchOf(env)?.flush(env) ?? nothingOwed,
};

/** Names that `callPath` takes. */
export const KERNEL_PATH_NAMES: readonly string[] = Object.keys(PATHS);

/** The path of that name. Throws SD002 with the nearest name. */
export function kernelPath(env: Environment, name: string): Program {
  const build = Object.hasOwn(PATHS, name) ? PATHS[name] : undefined;
  if (build === undefined) throw unknownName("kernel path", name, KERNEL_PATH_NAMES);
  return build(env);
}
