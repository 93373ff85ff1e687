/** Hazard pointers with a scan at the final drop (Desnoyers 2024). */
import type { PolicyHooks } from "../../mm/hookPoints.ts";
import { callOnEach } from "../../mm/lazyTlb.ts";
import { hazardSlot } from "../../mm/lazyTlbVariables.ts";
import { NO_MM } from "../../mm/variables.ts";
import { of, own, program } from "../../steps/builder.ts";
import type { Program } from "../../steps/instructions.ts";

const params = ["mm"];
const source = "sched+mm: Track lazy active mm existence with hazard pointers, v3, 8 Oct 2024";

/** How the final drop looks for CPUs that borrow. */
export interface ScanOptions {
  /** Before the slots are read. */
  readonly scanFence: "smp_mb" | "none";
  /** CPUs that name the address space are interrupted, or waited for. */
  readonly scan: "interrupt" | "busy-wait";
}

/** The hooks; without the scan's fence they are a mutant. */
export function desnoyersHooks({ scanFence, scan }: ScanOptions): PolicyHooks {
  const dropMm = scan === "interrupt" ? interrupting(scanFence) : waiting(scanFence);
  return { goLazy, leaveLazy, dropMm };
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

function interrupting(fence: ScanOptions["scanFence"]): Program {
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

/** `hazptr_scan()` without a callback: who borrows for long is waited for as long. */
function waiting(fence: ScanOptions["scanFence"]): Program {
  return program("hazptr_scan", { params, source }, (k) => {
    if (fence === "smp_mb") k.smpMb();
    k.forEachCpu("cpu", "online", () => {
      k.load("held", of(hazardSlot, "cpu"), "acquire");
      k.while("held", "==", "mm", () => {
        k.named("look again").load("held", of(hazardSlot, "cpu"), "acquire");
      });
    });
    k.callPath("mm_free_pgd", { mm: "mm" });
  });
}
