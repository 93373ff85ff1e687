/**
 * C1-Pro erratum 4193714: a DSB returns before the SME unit of another CPU has finished its memory
 * accesses, so that CPUs in user code that uses SME are interrupted after each broadcast flush. The
 * only flush of arm64 that sends interrupts ("arm64: Work around C1-Pro erratum 4193714", 7.2).
 */
import type { Builder } from "../../steps/builder.ts";
import { of, own, program } from "../../steps/builder.ts";
import type { Operand, Place, Program } from "../../steps/instructions.ts";
import { smeActiveCpus } from "../archVariables.ts";
import type { Environment } from "../environment.ts";
import { mmCpumask } from "../variables.ts";

/** Taking the exception completes the accesses: the function itself is empty. */
const dvmsyncIpi: Program = program(
  "sme_dvmsync_ipi",
  { source: "arch/arm64/kernel/fpsimd.c sme_do_dvmsync()" },
  (k) => k.work("callEmpty"),
);

/** Whether the machine has the erratum and the release works around it. */
export function hasSmeErratum({ cpu, features }: Environment): boolean {
  return cpu.kind === "arm64" && cpu.smeErratum && features.smeDvmsync;
}

/** `sme_dvmsync(mm)`: other CPUs that run user code of the address space in the register `mm`. */
export function syncSmeUsers(k: Builder, env: Environment): void {
  if (hasSmeErratum(env)) interrupt(k, of(mmCpumask, "mm"));
}

/** `sme_dvmsync_batch()`: every other CPU that runs user code with SME. */
export function syncAllSmeUsers(k: Builder, env: Environment): void {
  if (hasSmeErratum(env)) interrupt(k, own(smeActiveCpus));
}

function interrupt(k: Builder, users: Place): void {
  k.loadMask("sme_users", users);
  k.removeCpu("sme_users", "self");
  k.countMask("sme_others", "sme_users");
  k.if("sme_others", ">", 0, () => {
    k.crossCall("sme_users", dvmsyncIpi);
    k.awaitCalls();
  });
}

/**
 * `sme_set_active()`: user code of `mm` is about to run here. Only this erratum makes arm64 keep
 * `mm_cpumask`. The time that user code spends in the kernel is left out.
 */
export function enterSmeUser(k: Builder, env: Environment, mm: Operand): void {
  if (!hasSmeErratum(env)) return;
  k.setBit(own(smeActiveCpus), "self");
  k.setBit(of(mmCpumask, mm), "self");
}

/** `sme_clear_active()`: user code of `mm` runs here no more. */
export function leaveSmeUser(k: Builder, env: Environment, mm: Operand): void {
  if (!hasSmeErratum(env)) return;
  k.clearBit(own(smeActiveCpus), "self");
  k.clearBit(of(mmCpumask, mm), "self");
}
