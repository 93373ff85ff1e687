/** The page size behind a sampled address (`PERF_SAMPLE_DATA_PAGE_SIZE`, kernel/events/core.c). */
import { of, own, program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";
import type { Environment } from "./environment.ts";
import { runHook } from "./hooks.ts";
import { ENTRY_TABLE, INIT_MM, isLazy, loadedMm, pmd } from "./variables.ts";

/**
 * One sample, which may come in an NMI and so in the middle of another walk. Parameters: an address
 * space `mm` and its page tables `table`, `tables` (how many, 0: none). The walk is of the address
 * space of whoever was interrupted, of `init_mm` for a kernel thread; interrupts are off (they
 * already are in an NMI) and each level is read once. Of another `mm`'s tables only the reads of
 * the levels are modelled.
 */
export function perfPageSize(env: Environment): Program {
  const params = ["mm", "table", "tables"];
  const source = "kernel/events/core.c perf_get_page_size(), perf_get_pgtable_size()";
  return program("perf_get_page_size", { params, source }, (k) => {
    k.irqOff();
    k.load("current", own(loadedMm));
    k.load("borrowed", own(isLazy));
    k.if("borrowed", "==", 1, () => k.set("current", INIT_MM));
    runHook(k, env, "walkerEnter", { mm: "current" });
    k.work("load", 3); // pgd, p4d, pud
    k.set("known", 0);
    k.if("current", "==", "mm", () => k.set("known", "tables"));
    k.if(
      "known",
      ">",
      0,
      () => {
        k.pick("which", "tables");
        k.compute("sampled", "table", "+", "which");
        k.load("entry", of(pmd, "sampled"));
        k.if("entry", "==", ENTRY_TABLE, () => {
          k.ghost("walk", "sampled");
          k.work("load"); // pte
          k.ghost("use", "sampled");
        });
      },
      () => k.work("load", 2), // pmd, pte
    );
    runHook(k, env, "walkerExit", { mm: "current" });
    k.irqOn();
    k.tally("page_size_samples");
  });
}
