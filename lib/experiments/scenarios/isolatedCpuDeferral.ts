/** Holds where a CPU does what it owes before it looks; breaks where it looks first. */
import { checkKeys, checkOneOf } from "../../base/check.ts";
import type { Environment } from "../../mm/environment.ts";
import { runHook } from "../../mm/hooks.ts";
import { flushKernelRange } from "../../mm/kernelRange.ts";
import { PTE_NONE, PTE_WRITABLE, pte } from "../../mm/pageVariables.ts";
import { of, program } from "../../steps/builder.ts";
import type { Program } from "../../steps/instructions.ts";
import type { ScenarioKind, ScenarioPlan, ScenarioScene } from "./scenario.ts";
import { Scenario } from "./scenario.ts";
import { first, MM, maskOf, running } from "./walkers.ts";

/** Options of {@link isolatedCpuDeferral}. */
export interface IsolatedCpuDeferralOptions {
  /**
   * Where the entry of an isolated CPU uses kernel mappings: behind the point at which what it owes
   * is done, or before it too. Default `after-entry`.
   */
  access?: "after-entry" | "danger-zone";
}

/**
 * `vfree()`: a kernel mapping goes and is flushed everywhere (`flush_tlb_kernel_range()`), beside
 * isolated CPUs that stay in user mode for long and must not be interrupted there. With the policy
 * `deferToEntry` they flush as they enter the kernel. Throws SD001 and SD002 for wrong options.
 */
export function isolatedCpuDeferral(options: IsolatedCpuDeferralOptions = {}): Scenario {
  checkKeys("scenario.isolatedCpuDeferral", options, ["access"]);
  const { access = "after-entry" } = options;
  return new Scenario("isolatedCpuDeferral", {
    access: checkOneOf("access", access, ["after-entry", "danger-zone"]),
  });
}

/** How the scenario becomes CPUs. */
export const isolatedCpuDeferralKind: ScenarioKind = {
  make: isolatedCpuDeferral,
  minCpus: 2,
  plan,
};

function plan({ options }: Scenario, { env, cpus }: ScenarioScene): ScenarioPlan {
  const thread = entersAndLeaves(env, options.access === "danger-zone");
  const initial = running(env, MM);
  return {
    lanes: [
      { name: "vfree", thread: unmaps(env), initial },
      ...first(cpus - 1).map((i) => ({ name: `isolated ${i + 1}`, thread, initial })),
    ],
    mms: MM + 1,
    tables: 1,
    initial: maskOf(env, MM, first(cpus)),
    properties: ["P-STALE", "P-REUSE"],
    sometimes: ["translationHeld", "rightsRevoked", "tableReused", "accessedAfter"],
    bounds: [
      "one kernel mapping goes",
      `${cpus - 1} CPUs that enter the kernel any number of times`,
    ],
    judgesTranslations: true,
    // Kernel mappings stand in every address space.
    walked: { variable: pte.name, value: PTE_WRITABLE, isLeaf: true },
  };
}

/** `vunmap_range()`, then the page goes back to the allocator. */
function unmaps(env: Environment): Program {
  const source = "mm/vmalloc.c vunmap_range(), vfree()";
  return program("vfree", { params: [], source }, (k) => {
    k.store(of(pte, 0), PTE_NONE);
    k.include(flushKernelRange(env));
    k.ghost("revoke", 0);
    k.ghost("freePage", 0);
  });
}

function entersAndLeaves(env: Environment, early: boolean): Program {
  const source = "arch/x86/entry/entry_64.S, kernel/context_tracking.c";
  return program("system_calls", { params: [], source }, (k) => {
    k.forever(() => {
      if (early) k.ghost("access", 0);
      runHook(k, env, "kernelEntry", {});
      k.ghost("access", 0);
      runHook(k, env, "kernelExit", {});
    });
  });
}
