/** Holds where borrowers are counted, shot or found; breaks where one of them is missed. */
import { checkBoolean, checkKeys, checkOneOf } from "../../base/check.ts";
import type { InitialValue, LaneSpec } from "../../explorer/system.ts";
import { mmUsers } from "../../mm/archVariables.ts";
import { switchToUser } from "../../mm/contextSwitch.ts";
import type { Environment } from "../../mm/environment.ts";
import { execMmap } from "../../mm/execMmap.ts";
import { exitMm } from "../../mm/exitMmap.ts";
import { activeMm, FIRST_USER_MM } from "../../mm/variables.ts";
import { program } from "../../steps/builder.ts";
import type { Program } from "../../steps/instructions.ts";
import type { LazyOrders } from "./lazyOrders.ts";
import { activatedBy, exitedBy, preemption } from "./lazyOrders.ts";
import type { ScenarioKind, ScenarioPlan, ScenarioScene } from "./scenario.ts";
import { Scenario } from "./scenario.ts";
import { first, MM, maskOf, running } from "./walkers.ts";

/** Options of {@link lazyMmTeardown}. All but the first three swap one step of mainline. */
export interface LazyMmTeardownOptions {
  /** What ends the borrowing. Default `switches`; `execs`: the thread gets a new address space. */
  borrower?: "switches" | "execs";
  /** Whether `mm_cpumask` holds the other CPUs, as shooting down needs. Default `inside`. */
  lazies?: "inside" | "outside";
  /** Threads may be preempted wherever interrupts are on. Default false. */
  preempted?: boolean;
  /**
   * Exec from `active_mm` to the root table: interrupts are off, as by default, or on; `root-first`:
   * off, and the root table comes first.
   */
  activate?: LazyOrders["activate"];
  /** Where `exit_mm()` says that it borrows. Default `irqs-off`; `preemptible`: before that. */
  grab?: "irqs-off" | "preemptible";
  /** The final drop: in a context that may sleep, or under a spinlock. Default `preemptible`. */
  drop?: "preemptible" | "atomic";
  /** Order of `mm_users` and `mm_count` as they fall. Default `full`, as `atomic_dec_and_test`. */
  puts?: "full" | "release";
}

/**
 * The threads of a process exit, one a CPU: each goes on as a borrower of the address space, the
 * last one tears it down (`exit_mmap()`, `mmdrop()`), and each switches to another process, sooner
 * or later. Throws SD001 and SD002 for wrong options.
 */
export function lazyMmTeardown(options: LazyMmTeardownOptions = {}): Scenario {
  checkKeys("scenario.lazyMmTeardown", options, KEYS);
  const { borrower = "switches", lazies = "inside", preempted = false } = options;
  const { activate = "irqs-off", grab = "irqs-off" } = options;
  const { drop = "preemptible", puts = "full" } = options;
  return new Scenario("lazyMmTeardown", {
    borrower: checkOneOf("borrower", borrower, ["switches", "execs"]),
    lazies: checkOneOf("lazies", lazies, ["inside", "outside"]),
    preempted: checkBoolean("preempted", preempted),
    activate: checkOneOf("activate", activate, ["irqs-off", "irqs-on", "root-first"]),
    grab: checkOneOf("grab", grab, ["irqs-off", "preemptible"]),
    drop: checkOneOf("drop", drop, ["preemptible", "atomic"]),
    puts: checkOneOf("puts", puts, ["full", "release"]),
  });
}

const KEYS = ["borrower", "lazies", "preempted", "activate", "grab", "drop", "puts"];

/** How the scenario becomes CPUs. */
export const lazyMmTeardownKind: ScenarioKind = { make: lazyMmTeardown, minCpus: 2, plan };

/** The process that the CPUs run next; it stays. */
const NEXT = MM + 1;

function plan({ options }: Scenario, { env, cpus }: ScenarioScene): ScenarioPlan {
  const orders = options as unknown as LazyOrders & { readonly preempted: boolean };
  const members = options.lazies === "inside" ? first(cpus) : [0];
  const execs = options.borrower === "execs";
  const isPreempted = orders.preempted;
  return {
    lanes: first(cpus).map((i): LaneSpec => {
      const thread = exitsAndLeaves(env, { orders, execs: execs && i > 0 });
      return {
        name: i === 0 ? "exit" : `exit ${i + 1}${execs ? ", then exec" : ""}`,
        thread,
        args: { mm: MM, next: NEXT },
        initial: running(env, MM),
        ...(isPreempted ? { timer: preemption(env, NEXT) } : {}),
      };
    }),
    mms: NEXT + 1,
    tables: 0,
    initial: [...maskOf(env, NEXT, []), ...maskOf(env, MM, members), ...usersOf(cpus)],
    properties: ["P-MM", "P-HW"],
    addressSpaces: {
      first: FIRST_USER_MM,
      borrowed: activeMm.name,
      users: mmUsers.name,
    },
    sometimes: ["rootFreed", "lazyOverlapped"],
    bounds: [`one process of ${cpus} threads`, "each CPU switches once"],
  };
}

function usersOf(threads: number): InitialValue[] {
  return [
    { variable: mmUsers.name, owner: MM, value: threads },
    { variable: mmUsers.name, owner: NEXT, value: 1 },
  ];
}

/** `do_exit()`, and what the CPU runs then: parameters `mm` and `next`. */
function exitsAndLeaves(
  env: Environment,
  { orders, execs }: { readonly orders: LazyOrders; readonly execs: boolean },
): Program {
  const source = "kernel/exit.c do_exit(), kernel/sched/core.c context_switch()";
  return program("do_exit", { params: ["mm", "next"], source }, (k) => {
    const exit = exitedBy(env, exitMm(env), orders);
    k.include(exit, { mm: "mm", pages: 0, tables: 1 });
    const leave = execs ? activatedBy(env, execMmap(env), orders) : switchToUser(env);
    k.include(leave, { next: "next" });
  });
}
