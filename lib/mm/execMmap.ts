/** A thread that borrows an address space gets one of its own (fs/exec.c, kernel/kthread.c). */
import { own, program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";
import type { Environment } from "./environment.ts";
import { oncePerEnvironment } from "./environment.ts";
import { runHook } from "./hooks.ts";
import { activeMm, NO_MM } from "./variables.ts";

/**
 * `exec_mmap()` and `kthread_use_mm()` of a kernel thread: parameter `next`. Interrupts are off
 * from `active_mm` to the root table, since d53c3dfb23c4 (5.10) in exec as well where the
 * architecture has CONFIG_ARCH_WANT_IRQS_OFF_ACTIVATE_MM, as x86 and powerpc do: an interrupt in
 * between finds a CPU that says it has left an address space whose tables it has loaded.
 */
export const execMmap: (env: Environment) => Program = oncePerEnvironment((env) => {
  const source = "fs/exec.c exec_mmap(), kernel/kthread.c kthread_use_mm(), d53c3dfb23c4";
  return program("exec_mmap", { params: ["next"], source }, (k) => {
    k.irqOff();
    k.load("borrowed", own(activeMm));
    k.store(own(activeMm), NO_MM);
    k.include(env.arch.switchMm(env), { next: "next" });
    runHook(k, env, "switchMm", { mm: "next" });
    k.irqOn();
    k.if("borrowed", "!=", NO_MM, () => runHook(k, env, "leaveLazy", { mm: "borrowed" }));
  });
});
