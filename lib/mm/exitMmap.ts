/** The end of an address space: threads leave it, the last one tears it down (kernel/exit.c). */
import { of, program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";
import { mmUsers } from "./archVariables.ts";
import { borrowLoaded } from "./contextSwitch.ts";
import type { Environment } from "./environment.ts";
import { oncePerEnvironment } from "./environment.ts";
import { runHook } from "./hooks.ts";
import { mmdrop } from "./mmdrop.ts";
import { flushRest, freeTables, zapPages } from "./munmap.ts";
import { PAGES_PER_TABLE } from "./pageTables.ts";

/**
 * `exit_mm()`: parameters `mm`, `pages` and `tables`, result `users`. The thread goes on as a
 * kernel thread that borrows the address space; the last one to come here has it torn down.
 */
export const exitMm: (env: Environment) => Program = oncePerEnvironment((env) => {
  const source = "kernel/exit.c exit_mm(), kernel/fork.c mmput()";
  return program("exit_mm", { params: ["mm", "pages", "tables"], source }, (k) => {
    k.irqOff();
    k.include(borrowLoaded(env));
    k.irqOn();
    k.add(of(mmUsers, "mm"), -1, "users");
    k.if("users", "==", 0, () => {
      k.include(exitMmap(env), { mm: "mm", pages: "pages", tables: "tables" });
      k.include(mmdrop(env), { mm: "mm" });
    });
  });
});

/**
 * `exit_mmap()`: parameters `mm`, `pages` (present) and `tables` (of all levels but the root). A
 * full page batch is flushed while every CPU is lazy already (F0, nobody on x86); the end of it
 * all is one flush for freed tables (F+), which finds the CPUs that ran the process and are still
 * on it.
 */
export const exitMmap: (env: Environment) => Program = oncePerEnvironment((env) => {
  const options = { dirtyShared: false, pagesPerTable: PAGES_PER_TABLE, fullMm: true };
  const source = "mm/mmap.c exit_mmap(), mm/mmu_gather.c tlb_gather_mmu_fullmm()";
  return program("exit_mmap", { params: ["mm", "pages", "tables"], source }, (k) => {
    k.begin("exit_mmap");
    runHook(k, env, "exitMm", { mm: "mm" });
    k.set("range", -1);
    for (const register of ["used", "pending", "freed"]) k.set(register, 0);
    zapPages(k, env, options);
    freeTables(k, env, options);
    flushRest(k, env, options);
    k.end("exit_mmap");
  });
});
