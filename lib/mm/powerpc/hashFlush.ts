/** One TLB flush of an address space on POWER with the hash MMU (mm/book3s64/hash_native.c). */
import type { Builder } from "../../steps/builder.ts";
import { of, own, program } from "../../steps/builder.ts";
import type { Program } from "../../steps/instructions.ts";
import { activeCpus, tlbieLock } from "../archVariables.ts";
import type { Environment } from "../environment.ts";
import { oncePerEnvironment } from "../environment.ts";
import { mmCpumask } from "../variables.ts";

/**
 * Parameters: `mm` and `pages`, the hash entries that go (−1: unknown how many, taken as one). An
 * address space that only this CPU has loaded is flushed by tlbiel; otherwise by tlbie under one
 * raw spin lock (CPUs without MMU_FTR_LOCKLESS_TLBIE). `mm_cpumask` never shrinks, and no interrupt
 * is sent.
 */
export const hashFlushRange: (env: Environment) => Program = oncePerEnvironment(() => {
  const source = "arch/powerpc/mm/book3s64/hash_native.c native_flush_hash_range()";
  return program("native_flush_hash_range", { params: ["mm", "pages"], source }, (k) => {
    k.begin("tlb_flush");
    k.set("range", "pages");
    k.if("pages", "<", 0, () => k.set("range", 1));
    k.load("active", of(activeCpus, "mm"));
    k.testBit("member", of(mmCpumask, "mm"), "self");
    k.compute("others", "active", "-", "member");
    k.if(
      "others",
      "==",
      0,
      () => k.flushLocal("range"),
      () => flushEverywhere(k),
    );
    k.end("tlb_flush");
    k.tally("flush_rounds");
  });
});

function flushEverywhere(k: Builder): void {
  k.lock(own(tlbieLock));
  k.while("range", ">", 0, () => {
    k.flushBroadcast("tlbie", 1);
    k.tally("broadcast_flushes");
    k.compute("range", "range", "-", 1);
  });
  k.flushComplete("ptesync");
  k.unlock(own(tlbieLock));
}
