import { program } from "../../steps/builder.ts";
import type { Policy } from "../policy.ts";
import { lazyTlbPolicy } from "./lazyTlb.ts";

/**
 * What the release does on the architecture it runs on: references everywhere, except that powerpc
 * shoots borrowers down since 6.4. The same data on every machine.
 */
export function mainline(): Policy {
  return lazyTlbPolicy({
    name: "mainline",
    options: {},
    hooks: { goLazy, leaveLazy, exitMm, dropMm },
    summary: "borrowers hold a reference; on powerpc since 6.4 they are shot when the mm goes",
    source: "include/linux/sched/mm.h, kernel/fork.c, arch/powerpc/Kconfig, 2655421ae69f",
  });
}

const params = ["mm"];
const source = "include/linux/sched/mm.h, kernel/fork.c";

const goLazy = program("mmgrab_lazy_tlb", { params, source }, (k) =>
  k.callPath("mmgrab_lazy_tlb", { mm: "mm" }),
);

const leaveLazy = program("mmdrop_lazy_tlb", { params, source }, (k) =>
  k.callPath("mmdrop_lazy_tlb", { mm: "mm" }),
);

const exitMm = program("exit_lazy_tlb", { params, source }, (k) =>
  k.callPath("exit_lazy_tlb", { mm: "mm" }),
);

const dropMm = program("cleanup_lazy_tlbs", { params, source }, (k) =>
  k.callPath("cleanup_lazy_tlbs", { mm: "mm" }),
);
