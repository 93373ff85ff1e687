/** Holds where TLBSYNC comes before the task can move; breaks where another CPU issues it. */
import { checkBoolean, checkKeys, checkOneOf } from "../../base/check.ts";
import { impossible, tooLarge } from "../../base/messages.ts";
import type { InitialValue, LaneSpec } from "../../explorer/system.ts";
import type { Environment } from "../../mm/environment.ts";
import { flushRange } from "../../mm/environment.ts";
import { taskMoved } from "../../mm/handoffVariables.ts";
import { PTE_READ_ONLY, PTE_WRITABLE, pte } from "../../mm/pageVariables.ts";
import { asidTransition, loadedGlobalAsid, mmCpumask } from "../../mm/variables.ts";
import type { Builder } from "../../steps/builder.ts";
import { finishProgram, of, own, program } from "../../steps/builder.ts";
import type { Program, Step } from "../../steps/instructions.ts";
import { mapSteps } from "../../steps/walk.ts";
import type { ScenarioKind, ScenarioPlan, ScenarioScene } from "./scenario.ts";
import { Scenario } from "./scenario.ts";
import { usesAndSwitches } from "./switching.ts";
import { first, MM, maskOf, running } from "./walkers.ts";

/** Options of {@link invlpgbMigration}. */
export interface InvlpgbMigrationOptions {
  /** Which CPU issues TLBSYNC. Default `same`; `next`: the one that the task has moved to. */
  tlbsync?: "same" | "next";
  /**
   * The CPUs still run under ASIDs of their own: the global one has just been given. The task stays
   * on its CPU then. Default false.
   */
  transition?: boolean;
  /** Whether users go lazy, switch and come back, or `stay` in user code. Default `switch`. */
  users?: "switch" | "stay";
  /** With `transition`: whether INVLPGB is followed by interrupts for them. Default `sent`. */
  interrupts?: "sent" | "none";
}

/**
 * A task takes rights on a page away, invalidates by INVLPGB and is moved to another CPU, while
 * users of the address space access the page. TLBSYNC waits for what its own CPU has issued, and
 * for nothing else (AMD manual, volume 3). Only with INVLPGB. CPUs: the task before, the task
 * after, the rest use. Throws SD001 and SD002 for wrong options, SD004 for two that exclude each
 * other.
 */
export function invlpgbMigration(options: InvlpgbMigrationOptions = {}): Scenario {
  checkKeys("scenario.invlpgbMigration", options, ["tlbsync", "transition", "users", "interrupts"]);
  const { tlbsync = "same", transition = false, users = "switch" } = options;
  const { interrupts = "sent" } = options;
  if (transition && tlbsync === "next") {
    throw impossible("tlbsync", tlbsync, "in a transition the task stays where it is");
  }
  return new Scenario("invlpgbMigration", {
    tlbsync: checkOneOf("tlbsync", tlbsync, ["same", "next"]),
    transition: checkBoolean("transition", transition),
    users: checkOneOf("users", users, ["switch", "stay"]),
    interrupts: checkOneOf("interrupts", interrupts, ["sent", "none"]),
  });
}

/** How the scenario becomes CPUs. */
export const invlpgbMigrationKind: ScenarioKind = { make: invlpgbMigration, minCpus: 2, plan };

const OTHER = MM + 1;

function plan({ options }: Scenario, { env, cpus }: ScenarioScene): ScenarioPlan {
  if (!env.invlpgb) throw impossible("scenario", "invlpgbMigration", "only with INVLPGB");
  const isMoving = options.transition === true;
  const task = isMoving ? [stays(env, options)] : moves(env, options);
  const users = cpus - task.length;
  if (users < 1) throw tooLarge("invlpgbMigration", `${cpus} CPUs`, "at least 3 CPUs");
  return {
    lanes: [...task, ...first(users).map((i) => user(env, i, options))],
    mms: OTHER + 1,
    tables: 1,
    initial: memory(env, cpus, isMoving),
    properties: ["P-STALE"],
    sometimes: ["translationHeld", "rightsRevoked", "accessedAfter"],
    bounds: [
      "rights on one page are taken away",
      isMoving ? "no migration" : "one migration",
      options.users === "stay"
        ? `${users} CPUs in user code`
        : `${users} CPUs that go lazy and switch any number of times`,
    ],
    judgesTranslations: true,
    walked: { variable: pte.name, value: PTE_WRITABLE, mm: MM, isLeaf: true },
  };
}

/** The task with its CPU before the migration, and the one after it. */
function moves(env: Environment, options: Scenario["options"]): LaneSpec[] {
  const lane = { args: { mm: MM }, initial: loaded(env, false) };
  return [
    { ...lane, name: "mprotect", thread: protects(flushed(env, options), leave) },
    { ...lane, name: "mprotect, moved", thread: goesOn(options.tlbsync === "next") },
  ];
}

function stays(env: Environment, options: Scenario["options"]): LaneSpec {
  const thread = protects(flushed(env, options), (k) => k.ghost("revoke", 0));
  return { name: "mprotect", thread, args: { mm: MM }, initial: loaded(env, true) };
}

/** The global ASID of {@link MM} is there; in a transition the CPUs have not come to it yet. */
function memory(env: Environment, cpus: number, isMoving: boolean): InitialValue[] {
  return [
    ...maskOf(env, MM, first(cpus)),
    { variable: mmCpumask.name, owner: OTHER, value: [] },
    { variable: asidTransition.name, owner: MM, value: isMoving ? 1 : 0 },
  ];
}

function loaded(env: Environment, isMoving: boolean): NonNullable<LaneSpec["initial"]> {
  return isMoving ? { ...running(env, MM), [loadedGlobalAsid.name]: 0 } : running(env, MM);
}

function user(env: Environment, i: number, options: Scenario["options"]): LaneSpec {
  const one = { name: `user ${i + 1}`, initial: loaded(env, options.transition === true) };
  if (options.users === "stay") return { ...one, thread: userCode };
  return { ...one, thread: usesAndSwitches(env), args: { mm: MM, other: OTHER, lives: 1 } };
}

const userCode: Program = program("user", { source: "a thread that stays on its CPU" }, (k) => {
  k.forever(() => k.ghost("access", 0));
});

/** `flush_tlb_mm_range()` without its TLBSYNC or its interrupts, where one is asked for. */
function flushed(env: Environment, { tlbsync, interrupts }: Scenario["options"]): Program {
  const flush = flushRange(env, { freed: false });
  const steps = mapSteps(flush.steps, (step): Step[] => {
    if (tlbsync === "next" && step.kind === "flushComplete") return [];
    return interrupts === "none" && step.kind === "crossCall" ? [] : [step];
  });
  return finishProgram({ ...flush, steps });
}

/** `change_protection()`: parameter `mm`. Then the rights are gone, or the task is moved. */
function protects(flush: Program, then: (k: Builder) => void): Program {
  const source = "mm/mprotect.c change_pte_range(), kernel/sched/core.c migration_cpu_stop()";
  return program("change_protection", { params: ["mm"], source }, (k) => {
    k.exchange(of(pte, 0), PTE_READ_ONLY);
    k.include(flush, { mm: "mm", pages: 1 });
    then(k);
  });
}

/** The scheduler moves the task. */
function leave(k: Builder): void {
  k.store(own(taskMoved), 1, "release");
}

/** The rest of it, on the CPU that the task has come to. */
function goesOn(syncs: boolean): Program {
  const source = "arch/x86/mm/tlb.c broadcast_tlb_flush()";
  return program("change_protection_moved", { params: ["mm"], source }, (k) => {
    k.set("moved", 0);
    k.while("moved", "==", 0, () => k.load("moved", own(taskMoved), "acquire"));
    if (syncs) k.flushComplete("TLBSYNC");
    k.ghost("revoke", 0);
  });
}
