import { expect, test } from "vitest";
import { arm64, powerpc } from "../../lib/machine/arch.ts";
import { hazard } from "../../lib/policies/lazyTlb/hazard.ts";
import { mainline } from "../../lib/policies/lazyTlb/mainline.ts";
import { refcount } from "../../lib/policies/lazyTlb/refcount.ts";
import { shootLazies } from "../../lib/policies/lazyTlb/shootLazies.ts";
import { broadcast } from "../../lib/policies/tableSync/broadcast.ts";
import { targeted } from "../../lib/policies/tableSync/targeted.ts";
import { batched } from "../../lib/policies/unmapFlush/batched.ts";
import type { Program } from "../../lib/steps/instructions.ts";
import { listing } from "../../lib/steps/listing.ts";
import { environment } from "./environments.ts";
import { foldedListing } from "./fold.ts";
import { approvedNames, expectApproved } from "./golden.ts";
import { paths } from "./paths.ts";

const before = environment({ release: "6.1" });
const perTable = environment({ release: "6.16" });
const since = environment({ release: "7.2" });
const asids = environment({ release: "7.2", invlpgb: true });
const tracked = environment({ release: "7.2", tableSync: targeted() });
const onArm = environment({ arch: arm64() });
const onOldArm = environment({ arch: arm64({ tlbiRange: false }) });
const onSme = environment({ arch: arm64({ smeErratum: true }) });
const onPower = environment({ arch: powerpc() });
const onHash = environment({ arch: powerpc({ mmu: "hash" }) });

const whole = (path: Program): string => listing(path, { handlers: false });

const sparing = {
  piggyback: false,
  selfSwitchAtExit: true,
  filterActiveMm: true,
  trimMask: true,
} as const;

const goldens: Readonly<Record<string, string>> = {
  "flush_tlb_mm_range-6.1-freed": foldedListing(paths["flush_tlb_mm_range F+"]!(before)),
  "flush_tlb_mm_range-6.1-kept": foldedListing(paths["flush_tlb_mm_range F0"]!(before)),
  "flush_tlb_mm_range-7.2-freed": foldedListing(paths["flush_tlb_mm_range F+"]!(since)),
  "flush_tlb_mm_range-7.2-kept": foldedListing(paths["flush_tlb_mm_range F0"]!(since)),
  "flush_tlb_mm_range-7.2-inlined": whole(paths["flush_tlb_mm_range F0"]!(since)),
  "flush_tlb_func-6.1": foldedListing(paths.flush_tlb_func!(before)),
  "flush_tlb_func-7.2": foldedListing(paths.flush_tlb_func!(since)),
  "flush_tlb_func-7.2-invlpgb": foldedListing(paths.flush_tlb_func!(asids)),
  "switch_mm_irqs_off-6.1": foldedListing(paths.switch_mm_irqs_off!(before)),
  "switch_mm_irqs_off-7.2": foldedListing(paths.switch_mm_irqs_off!(since)),
  "switch_mm_irqs_off-7.2-invlpgb": foldedListing(paths.switch_mm_irqs_off!(asids)),
  enter_lazy_tlb: foldedListing(paths.enter_lazy_tlb!(since)),
  context_switch_to_idle: foldedListing(paths.context_switch_to_idle!(since)),
  consider_global_asid: foldedListing(paths.consider_global_asid!(asids)),
  "kvm_flush_tlb_multi-7.2": foldedListing(paths["kvm_flush_tlb_multi F+"]!(since)),
  "hyperv_flush_tlb_multi-7.2-freed": foldedListing(paths["hyperv_flush_tlb_multi F+"]!(since)),
  "hyperv_flush_tlb_multi-7.2-fails": foldedListing(paths["hyperv_flush_tlb_multi F0"]!(since)),
  xen_flush_tlb_multi: foldedListing(paths.xen_flush_tlb_multi!(since)),
  smp_call_rar_many: foldedListing(paths.smp_call_rar_many!(since)),
  record_steal_time: foldedListing(paths.record_steal_time!(since)),
  broadcast_tlb_flush: foldedListing(paths.broadcast_tlb_flush!(asids)),
  "arch_tlbbatch_add_pending-7.2": foldedListing(paths.arch_tlbbatch_add_pending!(since)),
  "arch_tlbbatch_flush-7.2": foldedListing(paths.arch_tlbbatch_flush!(since)),
  "arch_tlbbatch_flush-7.2-invlpgb": foldedListing(paths.arch_tlbbatch_flush!(asids)),
  "try_to_unmap_one-7.2": foldedListing(paths.try_to_unmap_one!(since)),
  "madvise_pageout-6.1-clean": foldedListing(paths["madvise_pageout clean"]!(before)),
  "madvise_pageout-7.2-dirty": foldedListing(paths["madvise_pageout dirty"]!(since)),
  "migrate_pages-6.1": foldedListing(paths.migrate_pages!(before)),
  "migrate_pages-7.2": foldedListing(paths.migrate_pages!(since)),
  collapse_huge_page: foldedListing(paths.collapse_huge_page!(since)),
  "collapse_huge_page-targeted": foldedListing(paths.collapse_huge_page!(tracked)),
  "collapse_file-6.1": foldedListing(paths.collapse_file!(before)),
  "collapse_file-7.2": foldedListing(paths.collapse_file!(since)),
  "munmap-6.1": foldedListing(paths.munmap!(before)),
  "munmap-7.2": foldedListing(paths.munmap!(since)),
  "munmap-7.2-dirty": foldedListing(paths["munmap dirty"]!(since)),
  mprotect: foldedListing(paths.mprotect!(since)),
  wp_page_copy: foldedListing(paths.wp_page_copy!(since)),
  "wp_page_reuse-arm64": foldedListing(paths.wp_page_reuse!(onArm)),
  dup_mmap: foldedListing(paths.dup_mmap!(since)),
  exit_mm: foldedListing(paths.exit_mm!(since)),
  exit_mmap: foldedListing(paths.exit_mmap!(since)),
  "madvise_dontneed-6.1": foldedListing(paths.madvise_dontneed!(before)),
  "madvise_dontneed-7.2": foldedListing(paths.madvise_dontneed!(since)),
  madvise_free: foldedListing(paths.madvise_free!(since)),
  mremap: foldedListing(paths.mremap!(since)),
  "hugetlb_munmap-6.16": foldedListing(paths.hugetlb_munmap!(perTable)),
  "hugetlb_munmap-7.2": foldedListing(paths.hugetlb_munmap!(since)),
  huge_pmd_share: whole(paths.huge_pmd_share!(since)),
  membarrier_private_expedited: whole(paths.membarrier!(since)),
  gup_fast: foldedListing(paths.gup_fast!(since)),
  "gup_fast-targeted": foldedListing(paths.gup_fast!(tracked)),
  "__flush_tlb_range-kept": foldedListing(paths["__flush_tlb_range F0"]!(onArm)),
  "__flush_tlb_range-no-range-tlbi": foldedListing(paths["__flush_tlb_range F+"]!(onOldArm)),
  "__flush_tlb_range-sme": whole(paths["__flush_tlb_range F+"]!(onSme)),
  "radix__flush_tlb_range-freed": foldedListing(paths["radix__flush_tlb_range F+"]!(onPower)),
  exit_flush_lazy_tlbs: listing(paths.exit_flush_lazy_tlbs!(onPower)),
  native_flush_hash_range: foldedListing(paths.native_flush_hash_range!(onHash)),
  "pmdp_collapse_flush-hash": foldedListing(paths["pmdp_collapse_flush of powerpc"]!(onHash)),
  "switch_mm_irqs_off-powerpc": whole(paths["switch_mm_irqs_off of powerpc"]!(onPower)),
  "policy-broadcast": broadcast().listing({ names: true }),
  "policy-targeted": targeted().listing({ names: true }),
  "policy-batched": batched().listing({ names: true }),
  "policy-refcount": refcount().listing({ names: true }),
  "policy-mainline-lazyTlb": mainline().listing({ names: true }),
  "policy-shootLazies": shootLazies().listing({ names: true }),
  "policy-shootLazies-filtered": shootLazies(sparing).listing(),
  "policy-shootLazies-together": shootLazies({ batch: 8, delayNs: 1000 }).listing(),
  "policy-shootLazies-grace": shootLazies({ lazyGracePeriod: true }).listing(),
  "policy-hazard-desnoyers": hazard().listing({ names: true }),
  "policy-hazard-lutomirski": hazard({ design: "lutomirski" }).listing({ names: true }),
  "cleanup_lazy_tlbs-7.2": listing(paths["lazyTlb cleanup_lazy_tlbs"]!(onPower)),
  "mmdrop_lazy_tlb-7.2": listing(paths["lazyTlb mmdrop_lazy_tlb"]!(since)),
};

test.for(Object.keys(goldens))("%s is as approved", (name) => {
  expectApproved(name, goldens[name]!);
});

test("every approved listing is that of a path", () => {
  expect(approvedNames()).toEqual(Object.keys(goldens).sort());
});

test.for(Object.keys(paths))("%s is the same in 6.18, 7.2 and 7.3", (name) => {
  const [oldest, ...newer] = ["6.18", "7.2", "7.3"].map((release) =>
    listing(paths[name]!(environment({ release }))),
  );
  expect(newer).toEqual([oldest, oldest]);
});
