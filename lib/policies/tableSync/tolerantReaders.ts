import { broadcastSync, syncUsers } from "../../mm/sync.ts";
import { program } from "../../steps/builder.ts";
import type { Policy } from "../policy.ts";
import { tableSyncPolicy } from "./tableSync.ts";

/**
 * "Avoid IPI while updating page table entries" (Aneesh Kumar K.V, Apr–May 2020, merged in 5.8):
 * lookups of powerpc take one snapshot of an entry and check it, so that a huge page may be split
 * or unmapped under them; only a collapse still waits. This is mainline, said in full.
 */
export function tolerantReaders(): Policy {
  return tableSyncPolicy({
    name: "tolerantReaders",
    options: {},
    hooks: { sync, serialize },
    summary: "readers bear entries that change under them; only a collapse interrupts anybody",
    source: "[PATCH v2 00/22] Avoid IPI while updating page table entries, Aneesh Kumar K.V, 2020",
  });
}

/**
 * powerpc before 5.8: a huge page that is split or unmapped waits for the lookups on all CPUs of
 * `mm_cpumask` too, once a page. What the series of Leonardo Bras and of Aneesh Kumar K.V. started
 * from.
 */
export function serializedLookups(): Policy {
  return tableSyncPolicy({
    name: "serializedLookups",
    options: {},
    hooks: { sync, serialize, thpCleared: serialize },
    summary: "a huge page that is split, unmapped or made interrupts the CPUs of mm_cpumask",
    source: "arch/powerpc/mm/book3s64/pgtable.c serialize_against_pte_lookup(), before 5.8",
    constraints: [
      {
        on: "arch",
        oneOf: ["powerpc"],
        reason: "only powerpc has lookups that a change of a huge page must wait for",
      },
    ],
  });
}

const sync = program(
  "tlb_remove_table_sync_one",
  { params: ["mm"], source: "mm/mmu_gather.c tlb_remove_table_sync_one()" },
  (k) => broadcastSync(k),
);

const serialize = program(
  "serialize_against_pte_lookup",
  { params: ["mm"], source: "arch/powerpc/mm/book3s64/pgtable.c serialize_against_pte_lookup()" },
  (k) => {
    k.smpMb();
    syncUsers(k);
  },
);
