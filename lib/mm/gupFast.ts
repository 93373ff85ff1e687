/** GUP-fast: walking page tables without a lock, with interrupts off (mm/gup.c). */
import { of, program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";
import type { Environment } from "./environment.ts";
import { runHook } from "./hooks.ts";
import { ENTRY_HUGE, ENTRY_TABLE, pmd } from "./variables.ts";

/**
 * One call: parameters `mm`, `table`, `pages`. Interrupts are off from before the first load until
 * after the last use of the table; a missing or changed entry sends the call to the slow path. A
 * huge page is one reference for the whole run.
 */
export function gupFast(env: Environment): Program {
  const params = ["mm", "table", "pages"];
  const source = "mm/gup.c gup_fast(), gup_fast_pte_range()";
  return program("gup_fast", { params, source }, (k) => {
    k.begin("gup_fast");
    k.irqOff();
    runHook(k, env, "walkerEnter", { mm: "mm" });
    k.load("entry", of(pmd, "table"));
    k.if(
      "entry",
      "==",
      ENTRY_TABLE,
      () => {
        k.ghost("walk", "table");
        k.work("gupFixed");
        k.work("gupPage", "pages");
        k.ghost("use", "table");
        k.load("again", of(pmd, "table"));
        k.if("again", "!=", "entry", () => k.tally("gup_retries"));
      },
      () => {
        k.if(
          "entry",
          "==",
          ENTRY_HUGE,
          () => k.work("gupFixed"),
          () => k.tally("gup_retries"),
        );
      },
    );
    runHook(k, env, "walkerExit", { mm: "mm" });
    k.irqOn();
    k.end("gup_fast");
    k.tally("gup_calls");
  });
}
