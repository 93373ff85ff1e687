/** A CPU changes threads: loading an address space, borrowing one, giving it back. */
import { own, program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";
import type { Environment } from "./environment.ts";
import { oncePerEnvironment } from "./environment.ts";
import { runHook } from "./hooks.ts";
import { activeMm, INIT_MM, loadedMm, NO_MM } from "./variables.ts";

/** A user thread comes to this CPU: parameter `next`, with interrupts off as in the scheduler. */
export const switchToUser: (env: Environment) => Program = oncePerEnvironment((env) => {
  const source = "kernel/sched/core.c context_switch(), finish_task_switch()";
  return program("context_switch", { params: ["next"], source }, (k) => {
    k.irqOff();
    k.include(env.arch.switchMm(env), { next: "next" });
    runHook(k, env, "switchMm", { mm: "next" });
    k.load("borrowed", own(activeMm));
    k.if("borrowed", "!=", NO_MM, () => {
      k.store(own(activeMm), NO_MM);
      runHook(k, env, "leaveLazy", { mm: "borrowed" });
    });
    k.work("taskSwitch");
    k.irqOn();
  });
});

/** The last user thread of this CPU sleeps: the idle loop borrows its address space. */
export const switchToIdle: (env: Environment) => Program = oncePerEnvironment((env) => {
  const source = "kernel/sched/core.c context_switch(), include/linux/sched/mm.h";
  return program("context_switch_to_idle", { params: [], source }, (k) => {
    k.irqOff();
    k.include(borrowLoaded(env));
    k.work("taskSwitch");
    k.irqOn();
  });
});

/**
 * The kernel borrows what this CPU has loaded, and says so in `active_mm`; interrupts are off. So
 * does a thread that exits, in `exit_mm()`, and then the idle loop from it.
 */
export const borrowLoaded: (env: Environment) => Program = oncePerEnvironment((env) => {
  const source = "kernel/sched/core.c context_switch(), kernel/exit.c exit_mm()";
  return program("borrow", { params: [], source }, (k) => {
    k.load("mm", own(loadedMm));
    k.if("mm", "==", INIT_MM, () => k.leave("borrow"));
    k.include(env.arch.enterLazyTlb(env));
    k.store(own(activeMm), "mm");
    runHook(k, env, "goLazy", { mm: "mm" });
  });
});
