/** Holds where the sync keeps readers of two halves apart from a new entry; breaks without it. */
import { checkKeys, checkOneOf } from "../../base/check.ts";
import { impossible } from "../../base/messages.ts";
import type { Environment } from "../../mm/environment.ts";
import { flushRange } from "../../mm/environment.ts";
import { runHook } from "../../mm/hooks.ts";
import { pmdHigh, pmdLow } from "../../mm/pageVariables.ts";
import { syncWithWalkers } from "../../mm/sync.ts";
import type { Builder } from "../../steps/builder.ts";
import { own, program } from "../../steps/builder.ts";
import type { Program } from "../../steps/instructions.ts";
import type { ScenarioKind, ScenarioPlan, ScenarioScene } from "./scenario.ts";
import { Scenario } from "./scenario.ts";
import { gupFastForever, planOfTakenTable } from "./walkers.ts";

/** Options of {@link splitPmdRead}. */
export interface SplitPmdReadOptions {
  /** As in `collapseVsGupFast`; outside, nothing but the sync waits for readers. */
  walkers?: "inside" | "outside";
}

/**
 * 32-bit x86 with PAE: an entry has two halves, which readers load one after the other
 * (`pmdp_get_lockless()`). One table is taken away, and a fault puts another one in its place whose
 * address has the same low half: a reader that saw the first one's low half, no high half, and then
 * the low half again, goes to an address that nobody wrote. `pmdp_get_lockless_sync()` between the
 * two waits for such readers. Throws SD001 and SD002 for wrong options.
 */
export function splitPmdRead(options: SplitPmdReadOptions = {}): Scenario {
  checkKeys("scenario.splitPmdRead", options, ["walkers"]);
  const { walkers = "outside" } = options;
  return new Scenario("splitPmdRead", {
    walkers: checkOneOf("walkers", walkers, ["inside", "outside"]),
  });
}

/** How the scenario becomes CPUs. */
export const splitPmdReadKind: ScenarioKind = { make: splitPmdRead, minCpus: 2, plan };

/** What stands where the low half alone leads: some page, no table. */
const NOWHERE = 0;
/** The table that is taken away; its number is the high half of its address. */
const OLD_TABLE = 1;
/** The table that comes in its place. */
const NEW_TABLE = 2;
/** The low half of both. */
const LOW = 1;

function plan({ options }: Scenario, scene: ScenarioScene): ScenarioPlan {
  const { env } = scene;
  if (env.cpu.kind !== "x86") {
    throw impossible("machine", env.cpu.kind, "only 32-bit x86 reads an entry in two halves here");
  }
  const { walked: _, ...made } = planOfTakenTable(scene, {
    taker: ["retract", replaceTable(env)],
    walker: gupFastForever(env, readHalves(env)),
    isInMask: options.walkers === "inside",
    bound: "one table is replaced by another",
  });
  return { ...made, tables: NEW_TABLE + 1 };
}

/** `retract_page_tables()`, then a fault: parameters `mm`, `table`. */
function replaceTable(env: Environment): Program {
  const source = "mm/khugepaged.c retract_page_tables(), asm/pgtable-3level.h native_pmd_clear()";
  return program("retract_page_tables", { params: ["mm", "table"], source }, (k) => {
    k.ghost("free", NOWHERE);
    writeHalves(k, [pmdLow, 0], [pmdHigh, 0]);
    k.ghost("detach", OLD_TABLE);
    runHook(k, env, "detach", { mm: "mm" });
    k.include(flushRange(env, { freed: true }), { mm: "mm", pages: -1 });
    syncWithWalkers(k, env);
    writeHalves(k, [pmdHigh, NEW_TABLE], [pmdLow, LOW]);
    k.named("call_rcu").gracePeriod();
    k.ghost("free", OLD_TABLE);
  });
}

type Half = readonly [variable: typeof pmdLow, value: number];

function writeHalves(k: Builder, ...[[first, value], [second, other]]: [Half, Half]): void {
  k.store(own(first), value);
  k.fence("write");
  k.store(own(second), other);
}

/** `pmdp_get_lockless()` and a walk: parameters `mm`, `table`, `pages`. */
function readHalves(env: Environment): Program {
  const source = "include/linux/pgtable.h pmdp_get_lockless() with GUP_GET_PXX_LOW_HIGH";
  return program("pmdp_get_lockless", { params: ["mm", "table", "pages"], source }, (k) => {
    k.irqOff();
    runHook(k, env, "walkerEnter", { mm: "mm" });
    k.load("low", own(pmdLow));
    k.smpRmb();
    k.load("high", own(pmdHigh));
    k.smpRmb();
    k.load("again", own(pmdLow));
    k.if("low", "==", LOW, () => {
      k.if("again", "==", "low", () => {
        k.ghost("walk", "high");
        k.ghost("use", "high");
      });
    });
    runHook(k, env, "walkerExit", { mm: "mm" });
    k.irqOn();
  });
}
