/** `mprotect`: one flush per call, whatever the size (mm/mprotect.c). */
import { program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";
import type { Environment } from "./environment.ts";
import { flushRange } from "./environment.ts";

/**
 * Parameters: `mm`, `pages` (present) and `range` (pages from first to last address). Nothing is
 * freed, so one F0 suffices; x86 flushes for RO → RW as well (`pte_needs_flush`).
 */
export function mprotect(env: Environment): Program {
  const params = ["mm", "pages", "range"];
  const source = "mm/mprotect.c change_protection(), arch/x86/include/asm/tlbflush.h";
  return program("mprotect", { params, source }, (k) => {
    k.begin("mprotect");
    k.work("syscall");
    k.work("vmaOp");
    k.work("protectPage", "pages");
    k.include(flushRange(env, { freed: false }), { mm: "mm", pages: "range" });
    k.end("mprotect");
    k.tally("operations");
  });
}
