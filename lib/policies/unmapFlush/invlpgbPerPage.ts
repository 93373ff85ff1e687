import { checkKeys, checkOneOf } from "../../base/check.ts";
import { countPending } from "../../mm/unmapBatch.ts";
import { ubcFlushRequired, ubcInvlpgbSent } from "../../mm/unmapVariables.ts";
import { globalAsid } from "../../mm/variables.ts";
import type { Builder } from "../../steps/builder.ts";
import { of, own, program } from "../../steps/builder.ts";
import type { Policy } from "../policy.ts";
import { checkPending } from "./batched.ts";
import { unmapFlushPolicy } from "./unmapFlush.ts";

/** Options of {@link invlpgbPerPage}. */
export interface InvlpgbPerPageOptions {
  /** What a batch with both kinds of pages ends with. Default `both`; v2 had `tlbsync` only. */
  flush?: "both" | "tlbsync";
}

/**
 * "x86/mm: use INVLPGB in flush of pages for reclaim" (Rik van Riel, v2 to v12, Dec 2024 to Feb
 * 2025): a page of an address space with a global ASID is invalidated at once and waited for by one
 * TLBSYNC at the end; for the others the CPUs are noted and interrupted. Merged was another way:
 * one INVLPGB of everything, at the end. Without INVLPGB it does what mainline does.
 */
export function invlpgbPerPage(options: InvlpgbPerPageOptions = {}): Policy {
  checkKeys("unmapFlush.invlpgbPerPage", options, ["flush"]);
  const { flush = "both" } = options;
  checkOneOf("flush", flush, ["both", "tlbsync"]);
  return unmapFlushPolicy({
    name: "invlpgbPerPage",
    options: { flush },
    hooks: { deferUnmap, flushBatch: flush === "both" ? flushBoth : flushEither, checkPending },
    summary: "reclaim invalidates pages of global ASIDs one by one, and interrupts for the others",
    source: "[PATCH v2 10/12] x86,tlb: do targeted broadcast flushing from tlbbatch code",
    constraints: [
      { on: "arch", oneOf: ["x86"], reason: "INVLPGB is an instruction of x86" },
      {
        on: "release",
        oneOf: ["6.16", "6.18", "7.2", "7.3"],
        reason: "global ASIDs came with 6.15",
      },
    ],
    ...(flush === "tlbsync" ? { unsafe: FORGOTTEN } : {}),
  });
}

const FORGOTTEN =
  "E13: TLBSYNC waits for INVLPGB alone; CPUs that were noted for other pages are not interrupted";

const params = ["mm"];
const source = "arch/x86/mm/tlb.c arch_tlbbatch_add_pending(), arch_tlbbatch_flush() of the series";

const deferUnmap = program("set_tlb_ubc_flush_pending", { params, source }, (k) => {
  k.load("global", of(globalAsid, "mm"));
  k.if(
    "global",
    "==",
    1,
    () => {
      k.flushBroadcast("INVLPGB", 1, "globalAsid");
      k.store(own(ubcInvlpgbSent), 1);
    },
    () => k.callPath("arch_tlbbatch_add_pending", { mm: "mm" }),
  );
  k.store(own(ubcFlushRequired), 1);
  k.fence("compiler");
  countPending(k);
});

const flushBoth = program("try_to_unmap_flush", { params, source }, (k) =>
  whatIsOwed(k, () => {
    completeInvlpgb(k);
    k.callPath("arch_tlbbatch_flush_mask", { mm: "mm" });
  }),
);

const flushEither = program("try_to_unmap_flush", { params, source }, (k) =>
  whatIsOwed(k, () => {
    const interrupt = (): void => k.callPath("arch_tlbbatch_flush_mask", { mm: "mm" });
    k.load("sent", own(ubcInvlpgbSent));
    k.if("sent", "==", 1, () => completeInvlpgb(k), interrupt);
  }),
);

function whatIsOwed(k: Builder, flush: () => void): void {
  k.load("required", own(ubcFlushRequired));
  k.if("required", "==", 1, () => {
    flush();
    k.store(own(ubcFlushRequired), 0);
  });
}

function completeInvlpgb(k: Builder): void {
  k.load("unsynced", own(ubcInvlpgbSent));
  k.if("unsynced", "==", 1, () => {
    k.flushComplete("TLBSYNC");
    k.store(own(ubcInvlpgbSent), 0);
  });
}
