/** `mprotect`: one flush per call, whatever the size (mm/mprotect.c). */
import type { Builder } from "../steps/builder.ts";
import { program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";
import type { Environment } from "./environment.ts";
import { flushRange } from "./environment.ts";
import { runHook } from "./hooks.ts";
import { PAGES_PER_TABLE } from "./pageTables.ts";

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
    protectTables(k, env);
    k.include(flushRange(env, { freed: false }), { mm: "mm", pages: "range" });
    k.end("mprotect");
    k.tally("operations");
  });
}

/**
 * Registers `pages` and `range` as for {@link mprotect}. Table after table; under each lock,
 * flushes that reclaim still owes come first.
 */
export function protectTables(k: Builder, env: Environment): void {
  k.compute("tables", "range", "+", PAGES_PER_TABLE - 1);
  k.compute("tables", "tables", "/", PAGES_PER_TABLE);
  k.compute("tables", "tables", "min", "pages");
  k.compute("in_table", "pages", "+", "tables");
  k.compute("in_table", "in_table", "-", 1);
  k.compute("in_table", "in_table", "/", "tables");
  k.set("left", "pages");
  k.while("left", ">", 0, () => {
    runHook(k, env, "checkPending", { mm: "mm" });
    k.compute("n", "left", "min", "in_table");
    k.work("protectPage", "n");
    k.compute("left", "left", "-", "n");
  });
}
