/** Waiting for lockless walkers: the broadcast of mm/mmu_gather.c and the point that calls it. */
import type { Builder } from "../steps/builder.ts";
import { program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";
import type { Environment } from "./environment.ts";
import { runHook } from "./hooks.ts";

/** The empty function whose completion proves that a CPU has left its interrupts-off walk. */
export const tableSmpSync: Program = program(
  "tlb_remove_table_smp_sync",
  { source: "mm/mmu_gather.c tlb_remove_table_smp_sync()" },
  (k) => k.work("callEmpty"),
);

/** Interrupts every other online CPU, idle and isolated ones too, and waits: N − 1 interrupts. */
export function broadcastSync(k: Builder): void {
  k.tally("sync_rounds");
  k.crossCall("online", tableSmpSync);
  k.awaitCalls();
}

/** The policy's sync, between the flush of a detached table and its reuse. */
export function syncWithWalkers(k: Builder, env: Environment): void {
  k.begin("sync");
  runHook(k, env, "sync", { mm: "mm" });
  k.end("sync");
}
