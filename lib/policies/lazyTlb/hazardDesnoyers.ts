/** Hazard pointers with a scan at the final drop (Desnoyers 2024). */
import type { PolicyHooks } from "../../mm/hookPoints.ts";
import { callOnEach } from "../../mm/lazyTlb.ts";
import { hazardSlot } from "../../mm/lazyTlbVariables.ts";
import { NO_MM } from "../../mm/variables.ts";
import { of, own, program } from "../../steps/builder.ts";
import type { Program } from "../../steps/instructions.ts";

const params = ["mm"];
const source = "sched+mm: Track lazy active mm existence with hazard pointers, v3, 8 Oct 2024";

/** The hooks; without the scan's fence they are a mutant. */
export function desnoyersHooks(scanFence: "smp_mb" | "none"): PolicyHooks {
  return { goLazy, leaveLazy, dropMm: scan(scanFence) };
}

/** The fence is the one that membarrier needs anyway; the thread that leaves still has the mm. */
const goLazy = program("mmgrab_lazy_tlb", { params, source }, (k) => {
  k.smpMb();
  k.store(own(hazardSlot), "mm");
});

const leaveLazy = program("mmdrop_lazy_tlb", { params, source }, (k) => {
  k.smpMb();
  k.store(own(hazardSlot), NO_MM, "release");
});

/** Parameter `mm`; interrupts are off. The slot is empty only once nothing is borrowed. */
const leaveHere = program("hazptr_match_lazy_mm", { params, source }, (k) => {
  k.load("held", own(hazardSlot));
  k.if("held", "==", "mm", () => {
    k.callPath("switch_to_init_mm");
    k.store(own(hazardSlot), NO_MM, "release");
  });
});

function scan(fence: "smp_mb" | "none"): Program {
  return program("hazptr_scan", { params, source }, (k) => {
    if (fence === "smp_mb") k.smpMb();
    k.emptyMask("lazies");
    k.forEachCpu("cpu", "online", () => {
      k.load("held", of(hazardSlot, "cpu"), "acquire");
      k.if("held", "==", "mm", () => k.addCpu("lazies", "cpu"));
    });
    callOnEach(k, "lazies", leaveHere, { mm: "mm" });
    k.callPath("mm_free_pgd", { mm: "mm" });
  });
}
