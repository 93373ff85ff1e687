/** The hooks of `shootLazies`, by its strategies. */
import type { PolicyHooks } from "../../mm/hookPoints.ts";
import { callOnEach, cleanupLazyTlbs, dropUncounted, shootHere } from "../../mm/lazyTlb.ts";
import { mmUsersGone } from "../../mm/lazyTlbVariables.ts";
import { activeMm, INIT_MM, mmCpumask } from "../../mm/variables.ts";
import type { Builder } from "../../steps/builder.ts";
import { of, own, program } from "../../steps/builder.ts";
import type { Program } from "../../steps/instructions.ts";
import { dropWithOthers } from "./dropTogether.ts";
import { dropAfterGrace, reportSwitch } from "./lazyGrace.ts";
import type { CompleteShootLazies } from "./shootOptions.ts";

const params = ["mm"];
const source = "kernel/fork.c cleanup_lazy_tlbs()";

/** Which hooks there are, and what they do. */
export function shootHooks(options: CompleteShootLazies): PolicyHooks {
  const { piggyback, selfSwitchAtExit, trimMask } = options;
  const publishes = options.filterActiveMm || options.lazyGracePeriod;
  return {
    ...(publishes ? { goLazy: publish } : {}),
    leaveLazy: leave(options),
    ...(piggyback || selfSwitchAtExit || trimMask ? { exitMm: exit(options) } : {}),
    dropMm: drop(options),
  };
}

/**
 * Whoever looks for borrowers finds this one: `active_mm` is written before the thread that leaves
 * can end elsewhere. Peter Zijlstra's form of November 2020 read `rq->curr->active_mm`, which is
 * published before it is assigned.
 */
const publish = program("mmgrab_lazy_tlb", { params, source }, (k) => k.smpMb());

function leave({ trimMask, lazyGracePeriod }: CompleteShootLazies): Program {
  if (!trimMask && !lazyGracePeriod) return dropUncounted;
  return program("mmdrop_lazy_tlb", { params, source }, (k) => {
    k.smpMb();
    if (trimMask) {
      k.load("gone", of(mmUsersGone, "mm"));
      k.if("gone", "==", 1, () => k.callPath("leave_mm_cpumask", { mm: "mm" }));
    }
    if (lazyGracePeriod) reportSwitch(k);
  });
}

function exit({ piggyback, selfSwitchAtExit, trimMask }: CompleteShootLazies): Program {
  return program("exit_lazy_tlb", { params, source }, (k) => {
    if (trimMask) k.store(of(mmUsersGone, "mm"), 1, "release");
    if (piggyback) k.callPath("exit_flush_lazy_tlbs", { mm: "mm" });
    if (selfSwitchAtExit) leaveHere(k);
  });
}

/** The thread that exits borrows `init_mm`, and its CPU leaves the mask. */
function leaveHere(k: Builder): void {
  k.irqOff();
  k.include(shootHere, { mm: "mm" });
  k.callPath("leave_mm_cpumask", { mm: "mm" });
  k.irqOn();
}

function drop(options: CompleteShootLazies): Program {
  if (options.lazyGracePeriod) return dropAfterGrace;
  if (options.batch > 1 || options.delayNs > 0) return dropWithOthers(options);
  if (!options.switchesRoot || options.freedWhen === "unshot") return shootWrongly(options);
  return options.filterActiveMm ? shootBorrowers : cleanupLazyTlbs;
}

/** Only those that say that they borrow it: the mask also holds CPUs that have gone elsewhere. */
const shootBorrowers = program("cleanup_lazy_tlbs", { params, source }, (k) => {
  k.loadMask("users", of(mmCpumask, "mm"));
  k.smpMb();
  k.emptyMask("lazies");
  k.forEachCpu("cpu", "users", () => {
    k.load("borrowed", of(activeMm, "cpu"), "acquire");
    k.if("borrowed", "==", "mm", () => k.addCpu("lazies", "cpu"));
  });
  callOnEach(k, "lazies", shootHere, { mm: "mm" });
  k.callPath("mm_free_pgd", { mm: "mm" });
});

/** `cleanup_lazy_tlbs()` too late, or with a handler that leaves the address space only in name. */
function shootWrongly({ switchesRoot, freedWhen }: CompleteShootLazies): Program {
  return program("cleanup_lazy_tlbs", { params, source }, (k) => {
    k.loadMask("lazies", of(mmCpumask, "mm"));
    if (freedWhen === "unshot") k.callPath("mm_free_pgd", { mm: "mm" });
    callOnEach(k, "lazies", switchesRoot ? shootHere : leaveInName, { mm: "mm" });
    if (freedWhen === "shot") k.callPath("mm_free_pgd", { mm: "mm" });
  });
}

/** Parameter `mm`; the root table stays loaded. */
const leaveInName = program("do_shoot_lazy_tlb", { params, source }, (k) => {
  k.load("borrowed", own(activeMm));
  k.if("borrowed", "==", "mm", () => k.store(own(activeMm), INIT_MM));
});
