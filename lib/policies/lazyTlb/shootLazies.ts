import { checkBoolean, checkInteger, checkKeys, checkOneOf } from "../../base/check.ts";
import { impossible } from "../../base/messages.ts";
import type { Constraint } from "../../mm/constraint.ts";
import type { Policy } from "../policy.ts";
import { lazyTlbPolicy } from "./lazyTlb.ts";
import { shootHooks } from "./shootHooks.ts";
import type { CompleteShootLazies, ShootLaziesOptions } from "./shootOptions.ts";

const KEYS = [
  "piggyback",
  "selfSwitchAtExit",
  "batch",
  "filterActiveMm",
  "trimMask",
  "delayNs",
  "lazyGracePeriod",
  "switchesRoot",
  "freedWhen",
];

/** CONFIG_MMU_LAZY_TLB_SHOOTDOWN is selected by book3s64 alone. */
const CONSTRAINTS: readonly Constraint[] = [
  {
    on: "arch",
    oneOf: ["powerpc"],
    reason:
      "mm_cpumask must hold every CPU that borrows the address space: x86 takes a CPU out at the" +
      " first flush for freed tables while its active_mm stays, arm64 keeps no mask (arch/Kconfig" +
      " MMU_LAZY_TLB_SHOOTDOWN)",
  },
];

/**
 * "lazy tlb: shoot lazies, a non-refcounting lazy tlb option" (Nicholas Piggin, v4 5 June 2021,
 * merged in 6.4 as 2655421ae69f): borrowers hold no reference; the final drop interrupts all CPUs
 * in `mm_cpumask`, and those that borrow it go to `init_mm`. Throws SD001 and SD002 for wrong
 * options, SD004 for strategies that exclude one another.
 */
export function shootLazies(options: ShootLaziesOptions = {}): Policy {
  checkKeys("lazyTlb.shootLazies", options, KEYS);
  const { lazyGracePeriod = false, batch = 1, delayNs = 0 } = options;
  const complete: CompleteShootLazies = {
    piggyback: checkBoolean("piggyback", options.piggyback ?? lazyGracePeriod === false),
    selfSwitchAtExit: checkBoolean("selfSwitchAtExit", options.selfSwitchAtExit ?? false),
    batch: checkInteger("batch", batch, 1, 10_000),
    filterActiveMm: checkBoolean("filterActiveMm", options.filterActiveMm ?? false),
    trimMask: checkBoolean("trimMask", options.trimMask ?? false),
    delayNs: checkInteger("delayNs", delayNs, 0, 1e12),
    lazyGracePeriod: checkBoolean("lazyGracePeriod", lazyGracePeriod),
    switchesRoot: checkBoolean("switchesRoot", options.switchesRoot ?? true),
    freedWhen: checkOneOf("freedWhen", options.freedWhen ?? "shot", ["shot", "unshot"]),
  };
  checkExclusive(complete);
  const mutation = mutationOf(complete);
  const unsafe = mutation ?? missedInExec(complete);
  const { switchesRoot: _, freedWhen: __, ...merged } = complete;
  return lazyTlbPolicy({
    name: "shootLazies",
    options: mutation === undefined ? merged : complete,
    hooks: shootHooks(complete),
    summary: "borrowers hold no reference; the final drop interrupts the CPUs in mm_cpumask",
    source: "kernel/fork.c cleanup_lazy_tlbs(), 2655421ae69f; radix_tlb.c radix__tlb_flush()",
    constraints: CONSTRAINTS,
    ...(unsafe === undefined ? {} : { unsafe }),
  });
}

/** What the explorer finds in strategies that look at other CPUs without interrupting them. */
function missedInExec(options: CompleteShootLazies): string | undefined {
  const { filterActiveMm, lazyGracePeriod, piggyback, trimMask } = options;
  if (trimMask) return "exec gives the old address space back with its bit cleared early (P-MM)";
  if (!lazyGracePeriod && (!filterActiveMm || piggyback)) return undefined;
  return "a CPU in exec changes active_mm before it loads the new root, and is missed (P-HW)";
}

/** Why a mutant breaks. Throws SD004 for strategies that have no such mutant. */
function mutationOf(options: CompleteShootLazies): string | undefined {
  const { switchesRoot, freedWhen, batch, delayNs, filterActiveMm, lazyGracePeriod } = options;
  if (switchesRoot && freedWhen === "shot") return undefined;
  if (batch > 1 || delayNs > 0 || filterActiveMm || lazyGracePeriod) {
    throw impossible("freedWhen, switchesRoot", freedWhen, "mutants of the plain form only");
  }
  return switchesRoot
    ? "the root table is freed while CPUs still borrow the address space (P-MM)"
    : "CPUs that borrowed the address space have its root table loaded when it is freed (P-HW)";
}

/** Without interrupts there is nothing to ride on, gather, filter, trim or delay. */
function checkExclusive(options: CompleteShootLazies): void {
  if (!options.lazyGracePeriod) return;
  const { piggyback, batch, filterActiveMm, trimMask, delayNs } = options;
  const others = { piggyback, batch: batch > 1, filterActiveMm, trimMask, delayNs: delayNs > 0 };
  for (const [name, isSet] of Object.entries(others)) {
    if (!isSet) continue;
    throw impossible(name, String(isSet), "lazyGracePeriod sends no interrupts to save");
  }
}
