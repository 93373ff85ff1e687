/** Holds where borrowers are counted, shot or found; breaks where one of them is missed. */
import { checkInteger, checkKeys, checkOneOf } from "../../base/check.ts";
import type { InitialValue, LaneSpec } from "../../explorer/system.ts";
import { mmUsers } from "../../mm/archVariables.ts";
import { switchToUser } from "../../mm/contextSwitch.ts";
import type { Environment } from "../../mm/environment.ts";
import { execMmap } from "../../mm/execMmap.ts";
import { exitMm } from "../../mm/exitMmap.ts";
import { mmdrop } from "../../mm/mmdrop.ts";
import { activeMm, FIRST_USER_MM } from "../../mm/variables.ts";
import { program } from "../../steps/builder.ts";
import type { Program } from "../../steps/instructions.ts";
import type { LazyOrders } from "./lazyOrders.ts";
import { activatedBy, exitedBy, preemption } from "./lazyOrders.ts";
import type { ScenarioKind, ScenarioPlan, ScenarioScene } from "./scenario.ts";
import { Scenario } from "./scenario.ts";
import { first, MM, maskOf, running } from "./walkers.ts";

/** Options of {@link lazyMmTeardown}. The last four swap one step of mainline. */
export interface LazyMmTeardownOptions {
  /** What ends the borrowing. Default `switches`; `execs`: the thread gets a new address space. */
  borrower?: "switches" | "execs";
  /** Whether `mm_cpumask` holds the other CPUs, as shooting down needs. Default `inside`. */
  lazies?: "inside" | "outside";
  /**
   * Whose threads may be preempted wherever interrupts are on: of no CPU, as by default, of the
   * last one, or of all. Their switches run with interrupts off.
   */
  preempted?: "none" | "last" | "all";
  /** Page tables that `exit_mmap()` frees; without any it flushes nothing. Default 1. */
  tables?: number;
  /**
   * 2: another address space, which nobody borrows, is dropped last, after any time. Strategies
   * that gather or delay shoot nobody at the first drop. Default 1.
   */
  drops?: number;
  /**
   * Exec from `active_mm` to the root table: interrupts are off, as by default, or on;
   * `root-first`: off, and the root table comes first.
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
  const { borrower = "switches", lazies = "inside", preempted = "none" } = options;
  const { activate = "irqs-off", grab = "irqs-off" } = options;
  const { drop = "preemptible", puts = "full", tables = 1, drops = 1 } = options;
  return new Scenario("lazyMmTeardown", {
    borrower: checkOneOf("borrower", borrower, ["switches", "execs"]),
    lazies: checkOneOf("lazies", lazies, ["inside", "outside"]),
    preempted: checkOneOf("preempted", preempted, ["none", "last", "all"]),
    tables: checkInteger("tables", tables, 0, 1),
    drops: checkInteger("drops", drops, 1, 2),
    activate: checkOneOf("activate", activate, ["irqs-off", "irqs-on", "root-first"]),
    grab: checkOneOf("grab", grab, ["irqs-off", "preemptible"]),
    drop: checkOneOf("drop", drop, ["preemptible", "atomic"]),
    puts: checkOneOf("puts", puts, ["full", "release"]),
  });
}

const KEYS = [
  ...["borrower", "lazies", "preempted", "tables", "drops"],
  ...["activate", "grab", "drop", "puts"],
];

/** How the scenario becomes CPUs. */
export const lazyMmTeardownKind: ScenarioKind = { make: lazyMmTeardown, minCpus: 2, plan };

/** The process that the CPUs run next; it stays. */
const NEXT = MM + 1;
/** An address space to which one reference is left. */
const LAST = MM + 2;
/** Longer than anything is delayed. */
const LATER = 2e12;

function plan({ options }: Scenario, { env, cpus }: ScenarioScene): ScenarioPlan {
  const members = options.lazies === "inside" ? first(cpus) : [0];
  const execs = options.borrower === "execs";
  return {
    lanes: first(cpus).map((i): LaneSpec => {
      const thread = exitsAndLeaves(env, options, i);
      return {
        name: i === 0 ? "exit" : `exit ${i + 1}${execs ? ", then exec" : ""}`,
        thread,
        args: { mm: MM, next: NEXT },
        initial: running(env, MM),
        ...(isPreempted(options, i === cpus - 1) ? { timer: preemption(env, NEXT) } : {}),
      };
    }),
    mms: LAST + 1,
    ...(options.drops === 2 ? { later: LATER } : {}),
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

function isPreempted({ preempted }: Scenario["options"], isLast: boolean): boolean {
  return preempted === "all" || (preempted === "last" && isLast);
}

function usersOf(threads: number): InitialValue[] {
  return [
    { variable: mmUsers.name, owner: MM, value: threads },
    { variable: mmUsers.name, owner: NEXT, value: 1 },
    { variable: mmUsers.name, owner: LAST, value: 0 },
  ];
}

/** `do_exit()`, and what the CPU runs then: parameters `mm` and `next`. */
function exitsAndLeaves(env: Environment, options: Scenario["options"], cpu: number): Program {
  const orders = options as unknown as LazyOrders;
  const source = "kernel/exit.c do_exit(), kernel/sched/core.c context_switch()";
  const isFirst = cpu === 0;
  return program("do_exit", { params: ["mm", "next"], source }, (k) => {
    const exit = exitedBy(env, exitMm(env), orders);
    k.include(exit, { mm: "mm", pages: 0, tables: options.tables as number });
    const execs = options.borrower === "execs" && !isFirst;
    const leave = execs ? activatedBy(env, execMmap(env), orders) : switchToUser(env);
    k.include(leave, { next: "next" });
    if (options.drops === 2 && isFirst) k.include(mmdrop(env), { mm: LAST });
  });
}
