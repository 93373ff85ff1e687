/** GUP-fast in a hugetlb mapping, whose PMD table other address spaces may share (mm/gup.c). */
import { of, program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";
import type { Environment } from "./environment.ts";
import { runHook } from "./hooks.ts";
import { pud } from "./hugetlbVariables.ts";
import { ENTRY_TABLE } from "./variables.ts";

/**
 * One call: parameters `mm`, `table`, and `entry`, the number of the entry through which `mm` gets
 * there. The PMD is read twice, the entry above it only once: a table that changes its owner in
 * between is not noticed (Jann Horn, 1013af4f585f).
 */
export function gupFastHugetlb(env: Environment): Program {
  const params = ["mm", "table", "entry"];
  const source = "mm/gup.c gup_fast_pud_range(), gup_fast_pmd_range(), gup_fast_pmd_leaf()";
  return program("gup_fast", { params, source }, (k) => {
    k.irqOff();
    runHook(k, env, "walkerEnter", { mm: "mm" });
    k.load("above", of(pud, "entry"));
    k.if("above", "==", ENTRY_TABLE, () => {
      k.ghost("walk", "table");
      k.work("gupFixed");
      k.ghost("use", "table");
    });
    runHook(k, env, "walkerExit", { mm: "mm" });
    k.irqOn();
    k.tally("gup_calls");
  });
}
