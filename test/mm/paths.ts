/** All kernel paths of the model, by name. */
import { hypervFlushTlbMulti } from "../../lib/backends/hypervFlush.ts";
import { kvmFlushTlbMulti } from "../../lib/backends/kvmFlush.ts";
import { nativeFlushTlbMulti } from "../../lib/backends/nativeFlush.ts";
import { xenFlushTlbMulti } from "../../lib/backends/xenFlush.ts";
import { flushTlbRange as flushOnArm } from "../../lib/mm/arm64/flushTlbRange.ts";
import { arm64Paths } from "../../lib/mm/arm64/paths.ts";
import { unmapBatch as batchOnArm } from "../../lib/mm/arm64/unmapBatch.ts";
import { callAll, callOne } from "../../lib/mm/callFunction.ts";
import { collapseAnonymous, collapseShmem } from "../../lib/mm/collapse.ts";
import { switchToIdle, switchToUser } from "../../lib/mm/contextSwitch.ts";
import { copyOnWrite, reusePage } from "../../lib/mm/copyOnWrite.ts";
import { dontneed } from "../../lib/mm/dontneed.ts";
import type { Environment } from "../../lib/mm/environment.ts";
import { exitMm, exitMmap } from "../../lib/mm/exitMmap.ts";
import { fork } from "../../lib/mm/fork.ts";
import { gupFast } from "../../lib/mm/gupFast.ts";
import { hugePmdShare, hugetlbUnshare, shareTables } from "../../lib/mm/hugetlbUnshare.ts";
import { LAZY_TLB_PATHS } from "../../lib/mm/lazyTlbPaths.ts";
import { madviseCold, madviseFree } from "../../lib/mm/madvise.ts";
import { membarrierPrivateExpedited } from "../../lib/mm/membarrier.ts";
import { migratePages } from "../../lib/mm/migratePages.ts";
import { mprotect } from "../../lib/mm/mprotect.ts";
import { mremap } from "../../lib/mm/mremap.ts";
import { munmap } from "../../lib/mm/munmap.ts";
import { perfPageSize } from "../../lib/mm/perfPageSize.ts";
import { flushCollapsed } from "../../lib/mm/powerpc/flushTlbRange.ts";
import { hashFlushRange } from "../../lib/mm/powerpc/hashFlush.ts";
import { powerpcPaths } from "../../lib/mm/powerpc/paths.ts";
import { radixFlushRange } from "../../lib/mm/powerpc/radixFlush.ts";
import { exitFlushLazyTlbs } from "../../lib/mm/powerpc/trimMask.ts";
import { madvisePageout } from "../../lib/mm/reclaim.ts";
import { tryToUnmap, unmapAndFlush } from "../../lib/mm/unmap.ts";
import { mmCpumask } from "../../lib/mm/variables.ts";
import { flushTlbFunc } from "../../lib/mm/x86/flushTlbFunc.ts";
import { flushTlbMmRange } from "../../lib/mm/x86/flushTlbMmRange.ts";
import { considerGlobalAsid, flushGlobalAsid } from "../../lib/mm/x86/globalAsid.ts";
import { rarFlush } from "../../lib/mm/x86/rar.ts";
import { enterLazyTlb, switchMm } from "../../lib/mm/x86/switchMm.ts";
import { unmapBatch } from "../../lib/mm/x86/unmapBatch.ts";
import { vcpuEntry } from "../../lib/mm/x86/vcpuEntry.ts";
import { of } from "../../lib/steps/builder.ts";
import type { Program } from "../../lib/steps/instructions.ts";

const dense = { dirtyShared: false, pagesPerTable: 512 } as const;

/** A move of tables of both kinds, and of some pages. */
const moved = {
  tables: 8,
  upperTables: 1,
  tablesBelow: 512,
  pieces: [{ pages: 511, present: 511, count: 2 }],
} as const;

/** Every path that a workload or a backend builds. */
export const paths: Readonly<Record<string, (env: Environment) => Program>> = {
  collapse_huge_page: collapseAnonymous,
  "collapse_huge_page fails": (env) => collapseAnonymous(env, { outcome: "fails" }),
  "collapse_huge_page small": (env) => collapseAnonymous(env, { outcome: "small" }),
  collapse_file: collapseShmem,
  huge_pmd_share: () => hugePmdShare,
  hugetlb_fault: () => shareTables,
  hugetlb_munmap: (env) => hugetlbUnshare(env, "munmap"),
  hugetlb_mprotect: (env) => hugetlbUnshare(env, "mprotect"),
  hugetlb_split: (env) => hugetlbUnshare(env, "split"),
  membarrier: () => membarrierPrivateExpedited,
  wp_page_copy: copyOnWrite,
  wp_page_reuse: reusePage,
  dup_mmap: fork,
  exit_mm: exitMm,
  exit_mmap: exitMmap,
  madvise_dontneed: dontneed,
  madvise_free: madviseFree,
  madvise_cold: madviseCold,
  mremap: (env) => mremap(env, moved),
  flush_tlb_func: flushTlbFunc,
  "flush_tlb_mm_range F+": (env) => flushTlbMmRange(env, { freed: true }),
  "flush_tlb_mm_range F0": (env) => flushTlbMmRange(env, { freed: false }),
  "native_flush_tlb_multi F+": (env) => nativeFlushTlbMulti(env, { freed: true }),
  "native_flush_tlb_multi F0": (env) => nativeFlushTlbMulti(env, { freed: false }),
  "native_flush_tlb_multi any": (env) => nativeFlushTlbMulti(env, { freed: false, anyMm: true }),
  "kvm_flush_tlb_multi F+": (env) => kvmFlushTlbMulti(env, { freed: true }),
  "kvm_flush_tlb_multi F0": (env) => kvmFlushTlbMulti(env, { freed: false }),
  "hyperv_flush_tlb_multi F+": (env) => hypervFlushTlbMulti(env, { freed: true }, false),
  "hyperv_flush_tlb_multi F0": (env) => hypervFlushTlbMulti(env, { freed: false }, true),
  xen_flush_tlb_multi: (env) => xenFlushTlbMulti(env, { freed: true }),
  smp_call_rar_many: () => rarFlush(of(mmCpumask, "mm")),
  record_steal_time: () => vcpuEntry,
  smp_call_function_single: () => callOne,
  smp_call_function: () => callAll,
  consider_global_asid: considerGlobalAsid,
  broadcast_tlb_flush: flushGlobalAsid,
  gup_fast: gupFast,
  perf_get_page_size: perfPageSize,
  switch_mm_irqs_off: switchMm,
  enter_lazy_tlb: enterLazyTlb,
  context_switch: switchToUser,
  context_switch_to_idle: switchToIdle,
  mprotect: mprotect,
  munmap: (env) => munmap(env, dense),
  "munmap one by one": (env) => munmap(env, { ...dense, tableBatchFails: true }),
  "munmap huge": (env) => munmap(env, { ...dense, huge: true }),
  "munmap dirty": (env) => munmap(env, { ...dense, dirtyShared: true }),
  arch_tlbbatch_add_pending: unmapBatch.addPending,
  arch_tlbbatch_flush: unmapBatch.flush,
  try_to_unmap_one: tryToUnmap,
  ptep_clear_flush: unmapAndFlush,
  "madvise_pageout dirty": (env) => madvisePageout(env, { memory: "dirty", swap: true }),
  "madvise_pageout clean": (env) => madvisePageout(env, { memory: "clean", swap: true }),
  migrate_pages: migratePages,
  "__flush_tlb_range F+": (env) => flushOnArm(env, { freed: true }),
  "__flush_tlb_range F0": (env) => flushOnArm(env, { freed: false }),
  "arch_tlbbatch_add_pending of arm64": (env) => batchOnArm.addPending(env),
  "arch_tlbbatch_flush of arm64": (env) => batchOnArm.flush(env),
  check_and_switch_context: arm64Paths.switchMm,
  "enter_lazy_tlb of arm64": arm64Paths.enterLazyTlb,
  "radix__flush_tlb_range F+": (env) => radixFlushRange(env, { freed: true }),
  "radix__flush_tlb_range F0": (env) => radixFlushRange(env, { freed: false }),
  "radix__flush_tlb_range at exit": (env) => radixFlushRange(env, { freed: true, fullMm: true }),
  native_flush_hash_range: hashFlushRange,
  "pmdp_collapse_flush of powerpc": flushCollapsed,
  exit_flush_lazy_tlbs: exitFlushLazyTlbs,
  "switch_mm_irqs_off of powerpc": powerpcPaths.switchMm,
  ...Object.fromEntries(
    Object.entries(LAZY_TLB_PATHS).map(([name, path]) => [`lazyTlb ${name}`, path]),
  ),
};
