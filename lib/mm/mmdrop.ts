/** Dropping references to an address space, down to its root table (kernel/fork.c). */
import { of, program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";
import type { Environment } from "./environment.ts";
import { oncePerEnvironment } from "./environment.ts";
import { hasHook, runHook } from "./hooks.ts";
import { mmCount } from "./variables.ts";

/** `mm_free_pgd()`: parameter `mm`. No CPU may borrow or have loaded what is freed here. */
export const freeRoot: Program = program(
  "mm_free_pgd",
  { params: ["mm"], source: "kernel/fork.c mm_free_pgd()" },
  (k) => {
    k.ghostFreeRoot("mm");
    k.tally("mms_freed");
  },
);

/**
 * `__mmdrop()`: parameter `mm`, to which no reference is left. A policy whose borrowers hold none
 * gets them off the address space first, and frees the root table itself, now or later.
 */
export const dropLast: (env: Environment) => Program = oncePerEnvironment((env) =>
  program("__mmdrop", { params: ["mm"], source: "kernel/fork.c __mmdrop()" }, (k) => {
    if (hasHook(env, "dropMm")) runHook(k, env, "dropMm", { mm: "mm" });
    else k.include(freeRoot, { mm: "mm" });
  }),
);

/** `mmdrop()`: parameter `mm`. One reference less; the last one ends the address space. */
export const mmdrop: (env: Environment) => Program = oncePerEnvironment((env) =>
  program("mmdrop", { params: ["mm"], source: "include/linux/sched/mm.h mmdrop()" }, (k) => {
    k.add(of(mmCount, "mm"), -1, "left");
    k.if("left", "==", 0, () => k.include(dropLast(env), { mm: "mm" }));
  }),
);
