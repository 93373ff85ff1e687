/** Waiting for lockless walkers: what mm/mmu_gather.c does, and the points at which it is done. */
import type { Builder } from "../steps/builder.ts";
import { of, program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";
import type { Environment } from "./environment.ts";
import { hasHook, runHook } from "./hooks.ts";
import { mmCpumask } from "./variables.ts";

/** The empty function whose completion proves that a CPU has left its interrupts-off walk. */
export const tableSmpSync: Program = program(
  "tlb_remove_table_smp_sync",
  { source: "mm/mmu_gather.c tlb_remove_table_smp_sync()" },
  (k) => k.work("callEmpty"),
);

/** Interrupts every other online CPU, idle and isolated ones too, and waits: N − 1 interrupts. */
export function broadcastSync(k: Builder): void {
  syncMask(k, "online");
}

/** Interrupts the other CPUs of a mask register and waits. */
export function syncMask(k: Builder, mask: string): void {
  k.tally("sync_rounds");
  k.crossCall(mask, tableSmpSync);
  k.awaitCalls();
}

/** Interrupts the other CPUs of `mm_cpumask`, lazy ones too, and waits: parameter `mm`. */
export function syncUsers(k: Builder): void {
  k.loadMask("users", of(mmCpumask, "mm"));
  syncMask(k, "users");
}

/**
 * The policy's sync, between the flush of a detached table and its reuse. `unshared`: a table that
 * address spaces shared has one owner left, so that the walkers of the others matter too.
 */
export function syncWithWalkers(k: Builder, env: Environment, reason?: "unshared"): void {
  const hook = reason === "unshared" && hasHook(env, "syncShared") ? "syncShared" : "sync";
  k.begin("sync");
  runHook(k, env, hook, { mm: "mm" });
  k.end("sync");
}

/** `tlb_remove_table_sync_rcu()`: a grace period, unless the policy has something else. */
export function syncByRcu(k: Builder, env: Environment): void {
  k.begin("sync");
  if (hasHook(env, "syncRcu")) runHook(k, env, "syncRcu", { mm: "mm" });
  else {
    k.tally("sync_rounds");
    k.gracePeriod();
  }
  k.end("sync");
}

/**
 * `serialize_against_pte_lookup()` of powerpc: waits for the lookups that run with interrupts off
 * on the CPUs of `mm_cpumask` (arch/powerpc/mm/book3s64/pgtable.c).
 */
export function serializeLookups(k: Builder, env: Environment): void {
  k.begin("serialize");
  if (hasHook(env, "serialize")) runHook(k, env, "serialize", { mm: "mm" });
  else syncUsers(k);
  k.end("serialize");
}
