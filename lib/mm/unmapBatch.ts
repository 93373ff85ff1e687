/**
 * The book-keeping of deferred flushes: who owes one, and which others have done meanwhile
 * (mm/rmap.c). Written on the builder, so that a policy that uses it shows every step.
 */
import type { Builder } from "../steps/builder.ts";
import { of, own } from "../steps/builder.ts";
import { tlbFlushBatched, ubcFlushRequired } from "./unmapVariables.ts";

/** TLB_FLUSH_BATCH_FLUSHED_SHIFT is 16: the flushed number stands above the pending one. */
export const FLUSHED_UNIT: number = 65_536;
/** TLB_FLUSH_BATCH_PENDING_MASK is 15 bits: the pending number is the remainder. */
export const PENDING_MODULUS: number = 32_768;
/** TLB_FLUSH_BATCH_PENDING_LARGE: beyond it the pending number starts again at 1. */
export const PENDING_LARGE: number = (PENDING_MODULUS - 2) / 2;

/**
 * `set_tlb_ubc_flush_pending()` of register `mm`, under the page-table lock and after the entry was
 * cleared: the flush is noted on behalf of this task, and counted for everybody to see.
 */
export function setFlushPending(k: Builder): void {
  k.callPath("arch_tlbbatch_add_pending", { mm: "mm" });
  k.store(own(ubcFlushRequired), 1);
  k.fence("compiler");
  countPending(k);
}

/**
 * One more pending unmap. Past half range both numbers start again, at 1 and 0, so that pending
 * never comes round to flushed.
 */
export function countPending(k: Builder): void {
  const counter = of(tlbFlushBatched, "mm");
  k.load("batch", counter);
  k.section("count", () => {
    k.forever(() => {
      k.compute("pending", "batch", "%", PENDING_MODULUS);
      k.if("pending", "<=", PENDING_LARGE, () => {
        k.add(counter, 1, undefined, "relaxed");
        k.leave("count");
      });
      k.compareExchange(counter, { from: "batch", to: 1 }, "found");
      k.if("found", "==", "batch", () => k.leave("count"));
      k.set("batch", "found");
    });
  });
}

/** `try_to_unmap_flush()`: what this task owes is flushed, if anything. */
export function flushOwnBatch(k: Builder): void {
  k.load("required", own(ubcFlushRequired));
  k.if("required", "==", 1, () => {
    k.callPath("arch_tlbbatch_flush", { mm: "mm" });
    k.store(own(ubcFlushRequired), 0);
  });
}

/**
 * `flush_tlb_batched_pending()` of register `mm`, under the page-table lock: if somebody owes a
 * flush, `flush` writes one that covers it, and what was pending then counts as flushed. An unmap
 * that comes in between keeps the counter as it is.
 */
export function flushIfPending(k: Builder, flush: () => void): void {
  const counter = of(tlbFlushBatched, "mm");
  k.load("batch", counter);
  k.compute("pending", "batch", "%", PENDING_MODULUS);
  k.compute("flushed", "batch", "/", FLUSHED_UNIT);
  k.if("pending", "!=", "flushed", () => {
    flush();
    k.compute("settled", "pending", "*", FLUSHED_UNIT + 1);
    k.compareExchange(counter, { from: "batch", to: "settled" });
  });
}
