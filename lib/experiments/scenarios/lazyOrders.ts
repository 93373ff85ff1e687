/** Other orders of those who borrow an address space and give it back: each swaps one step. */
import { switchToIdle, switchToUser } from "../../mm/contextSwitch.ts";
import type { Environment } from "../../mm/environment.ts";
import { runHook } from "../../mm/hooks.ts";
import { preemptCount } from "../../mm/schedVariables.ts";
import { activeMm, loadedMm, NO_MM } from "../../mm/variables.ts";
import { finishProgram, own, program } from "../../steps/builder.ts";
import type { Program, Step } from "../../steps/instructions.ts";
import { mapSteps } from "../../steps/walk.ts";

/** What is swapped. */
export interface LazyOrders {
  /** Interrupts between `active_mm` and the root table, as exec activates an address space. */
  readonly activate: "irqs-off" | "irqs-on" | "root-first";
  /** Whether `exit_mm()` says that it borrows with interrupts off, or before. */
  readonly grab: "irqs-off" | "preemptible";
  /** Whether the final drop may be preempted. */
  readonly drop: "preemptible" | "atomic";
  /** Order of the counters as they fall. */
  readonly puts: "full" | "release";
}

/** `exit_mm()` with the orders as given. */
export function exitedBy(
  env: Environment,
  exit: Program,
  { grab, drop, puts }: LazyOrders,
): Program {
  let { steps } = exit;
  if (puts === "release") steps = mapSteps(steps, (step) => [released(step)]);
  if (drop === "atomic") steps = mapSteps(steps, underSpinlock);
  if (grab === "preemptible") steps = steps.map(borrowUnsaid);
  if (steps === exit.steps) return exit;
  const changed = finishProgram({ ...exit, steps });
  if (grab === "irqs-off") return changed;
  return program(exit.name, { params: exit.params, source: exit.source }, (k) => {
    runHook(k, env, "goLazy", { mm: "mm" });
    k.include(changed, Object.fromEntries(exit.params.map((param) => [param, param])));
  });
}

/** Counters that keep an address space alive. */
const COUNTERS: readonly string[] = ["mm_users", "mm_count"];

function released(step: Step): Step {
  const isPut = step.kind === "atomic" && step.op === "add" && COUNTERS.includes(step.at.variable);
  return isPut && step.order === "full" ? { ...step, order: "release" } : step;
}

/** The drop under a lock, as khugepaged does it: `spin_lock()` keeps the scheduler away. */
function underSpinlock(step: Step): readonly Step[] {
  if (step.kind !== "section" || step.label !== "mmdrop") return [step];
  const set = (value: number): Step => ({
    kind: "store",
    to: { variable: preemptCount.name },
    value,
    order: "once",
  });
  return [set(1), step, set(0)];
}

/** `exit_mm()` borrows without saying so. */
function borrowUnsaid(step: Step): Step {
  if (step.kind !== "section" || step.label !== "borrow") return step;
  const isHook = (inner: Step): boolean => inner.kind === "section" && inner.label === "goLazy";
  return { ...step, body: mapSteps(step.body, (inner) => (isHook(inner) ? [] : [inner])) };
}

/**
 * `exec_mmap()` with interrupts on again before the address space is activated; or with the root
 * table loaded before `active_mm` says so.
 */
export function activatedBy(env: Environment, exec: Program, { activate }: LazyOrders): Program {
  if (activate === "irqs-off") return exec;
  if (activate === "root-first") return rootFirst(exec);
  const steps = exec.steps.flatMap((step): readonly Step[] => {
    if (step.kind === "irqOn") return [];
    const isSaid = step.kind === "store" && step.to.variable === activeMm.name;
    if (isSaid) return [step, { kind: "irqOn" }];
    // switch_mm() of x86 masks interrupts itself; activate_mm() of powerpc does not.
    const isMasked = env.cpu.kind === "x86" && step.kind === "section";
    return isMasked ? [{ kind: "irqOff" }, step, { kind: "irqOn" }] : [step];
  });
  return finishProgram({ ...exec, steps });
}

function rootFirst(exec: Program): Program {
  const isSaid = (step: Step): boolean =>
    step.kind === "store" && step.to.variable === activeMm.name;
  const said = exec.steps.filter(isSaid);
  const steps = exec.steps.flatMap((step): readonly Step[] => {
    if (isSaid(step)) return [];
    return step.kind === "irqOn" ? [...said, step] : [step];
  });
  return finishProgram({ ...exec, steps });
}

/**
 * A thread is preempted and comes back to the same CPU. A user thread finds its address space
 * loaded again; a kernel thread borrows what the other thread had. Either way the CPU has said in
 * between that it borrows nothing.
 */
export function preemption(env: Environment, other: number): Program {
  const source = "kernel/sched/core.c preempt_schedule_irq(), context_switch()";
  return program("preempt_schedule_irq", { params: [], source }, (k) => {
    k.load("held", own(preemptCount));
    k.if("held", "!=", 0, () => k.leave("preempt_schedule_irq"));
    k.load("lazily", own(activeMm));
    k.if(
      "lazily",
      "==",
      NO_MM,
      () => {
        k.load("current", own(loadedMm));
        k.include(switchToIdle(env));
        k.include(switchToUser(env), { next: "current" });
      },
      () => {
        k.include(switchToUser(env), { next: other });
        k.include(switchToIdle(env));
      },
    );
  });
}
