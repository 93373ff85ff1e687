import { checkKeys, checkOneOf } from "../../base/check.ts";
import { flushByHardware, flushOpIsKvm, flushOpIsNative } from "../../mm/bootVariables.ts";
import { broadcastSync } from "../../mm/sync.ts";
import type { Builder } from "../../steps/builder.ts";
import { own, program } from "../../steps/builder.ts";
import type { Policy } from "../policy.ts";
import { tableSyncPolicy } from "./tableSync.ts";

/** Versions of the series that asked a property of the backend. */
export const PROPERTY_VERSIONS = ["RFC", "v1", "v2", "v4", "v5"] as const;

/** One of {@link PROPERTY_VERSIONS}. */
export type PropertyVersion = (typeof PROPERTY_VERSIONS)[number];

/** Options of {@link skipIfFlushImpliesIpi}. */
export interface SkipIfFlushImpliesIpiOptions {
  /** Whose property. Default `v5`. */
  version?: PropertyVersion;
}

/**
 * `tlb_table_flush_implies_ipi_broadcast()`: a property of the backend says whether the flush of
 * freed tables has interrupted every CPU that may walk; then nothing more is sent, otherwise the
 * broadcast. RFC and v1, v2: a flush operation other than the native one is unknown. v4 trusted KVM
 * too; v5 does not (Sean Christopherson, 25 and 26 February 2026).
 */
export function skipIfFlushImpliesIpi(options: SkipIfFlushImpliesIpiOptions = {}): Policy {
  checkKeys("tableSync.skipIfFlushImpliesIpi", options, ["version"]);
  const { version = "v5" } = options;
  checkOneOf("version", version, PROPERTY_VERSIONS);
  const sync = program("tlb_remove_table_sync_one", { params: ["mm"], source }, (k) => {
    leaveIfFlushImpliesIpi(k, version, "tlb_remove_table_sync_one");
    broadcastSync(k);
  });
  return tableSyncPolicy({
    name: "skipIfFlushImpliesIpi",
    options: { version },
    hooks: { sync },
    summary: "no sync where the backend's flush is said to interrupt walkers, broadcast elsewhere",
    source: SOURCES[version],
    unshareReachesLazy: true,
    ...(version === "v4" ? { unsafe: TRUSTS_KVM } : {}),
  });
}

/** Leaves `section` where the property of that version holds. */
export function leaveIfFlushImpliesIpi(
  k: Builder,
  version: PropertyVersion,
  section: string,
): void {
  k.section("implies_ipi_broadcast", () => {
    k.load("by_hardware", own(flushByHardware));
    k.if("by_hardware", "==", 1, () => k.leave("implies_ipi_broadcast"));
    k.load("is_native", own(flushOpIsNative));
    k.if("is_native", "==", 1, () => k.leave(section));
    if (version !== "v4") return;
    k.load("is_kvm", own(flushOpIsKvm));
    k.if("is_kvm", "==", 1, () => k.leave(section));
  });
}

/** What is wrong with the property of v4. */
export const TRUSTS_KVM: string =
  "a KVM guest leaves preempted vCPUs out of its flush; one that was stopped inside a walk goes" +
  " on with the old table (Sean Christopherson, 25 February 2026)";

const source = "mm/mmu_gather.c tlb_remove_table_sync_one(), as the series changes it";

const SOURCES: Readonly<Record<PropertyVersion, string>> = {
  RFC: "[PATCH RFC 2/3] x86/mm: redundant IPI elimination for PMD unsharing, 13 Dec 2025",
  v1: "[PATCH 0/3] skip redundant TLB sync IPIs, 29 Dec 2025",
  v2: "[PATCH v2 0/3] skip redundant TLB sync IPIs, 29 Dec 2025",
  v4: "[PATCH v4 0/3] targeted TLB sync IPIs for lockless page table walkers, 2 Feb 2026",
  v5: "[PATCH v5 0/2] skip redundant sync IPIs when TLB flush sent them, 2 Mar 2026",
};
