/** Kernel paths that policies of the group lazyTlb call by name. */
import { program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";
import { linkPaths } from "../steps/linking.ts";
import type { Environment } from "./environment.ts";
import { oncePerEnvironment } from "./environment.ts";
import {
  cleanupLazyTlbs,
  dropCounted,
  dropUncounted,
  grabCounted,
  grabUncounted,
} from "./lazyTlb.ts";
import { leaveCpumask } from "./leaveCpumask.ts";
import { dropLast, freeRoot, mmdrop } from "./mmdrop.ts";
import { exitFlushLazyTlbs } from "./powerpc/trimMask.ts";
import { switchToInitMm } from "./switchToInitMm.ts";

const params = ["mm"];

/** Only radix can ride on its last flush; elsewhere the path is empty. */
function onRadix(name: string, path: (env: Environment) => Program): (env: Environment) => Program {
  const source = "arch/powerpc/mm/book3s64/radix_tlb.c radix__tlb_flush()";
  const nothing = program(name, { params, source }, () => {});
  return (env) => {
    const { cpu } = env;
    return cpu.kind === "powerpc" && cpu.mmu === "radix" ? path(env) : nothing;
  };
}

/** One program where lazy CPUs hold no reference, another where they do. */
function byRelease(shot: Program, counted: Program): (env: Environment) => Program {
  return oncePerEnvironment((env) =>
    linkPaths(env.features.shootLazies ? shot : counted, env.kernelPath),
  );
}

const flushAtExit = onRadix("exit_flush_lazy_tlbs", exitFlushLazyTlbs);

/** What mainline does when the last user has left. */
const exitLazily = oncePerEnvironment((env) =>
  program(
    "exit_lazy_tlb",
    { params, source: "arch/powerpc/mm/book3s64/radix_tlb.c radix__tlb_flush()" },
    (k) => {
      if (env.features.shootLazies) k.include(flushAtExit(env), { mm: "mm" });
    },
  ),
);

/** Where nobody is lazy without a reference, the root table goes with the last one. */
const freeAtOnce = program(
  "cleanup_lazy_tlbs",
  { params, source: "kernel/fork.c __mmdrop()" },
  (k) => k.include(freeRoot, { mm: "mm" }),
);

/** Name → path. */
export const LAZY_TLB_PATHS: Readonly<Record<string, (env: Environment) => Program>> = {
  mmgrab_lazy_tlb: byRelease(grabUncounted, grabCounted),
  mmdrop_lazy_tlb: byRelease(dropUncounted, dropCounted),
  exit_lazy_tlb: exitLazily,
  cleanup_lazy_tlbs: byRelease(cleanupLazyTlbs, freeAtOnce),
  switch_to_init_mm: switchToInitMm,
  leave_mm_cpumask: leaveCpumask,
  exit_flush_lazy_tlbs: flushAtExit,
  mmdrop,
  __mmdrop: dropLast,
  mm_free_pgd: () => freeRoot,
};
