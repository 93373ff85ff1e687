/** Other orders of the initiator: with fewer barriers, or with the sync elsewhere. */
import { ENTRY_TABLE } from "../../mm/variables.ts";
import { finishProgram } from "../../steps/builder.ts";
import type { Program, Step } from "../../steps/instructions.ts";
import { mapSteps } from "../../steps/walk.ts";

/** How the initiator orders its own accesses. */
export interface Orders {
  /** Clearing the entry: a full barrier as the locked `xchg` of x86, or a mere store. */
  readonly ptClear: "exchange" | "relaxed";
  /**
   * The flush: a full barrier, as it has on x86 by the locked increment; without any barrier; or
   * absent, so that nothing but the sync can wait for a walker.
   */
  readonly flush: "full" | "none" | "absent";
  /** Where the sync stands: behind the flush as in Linux, or at a wrong place. */
  readonly sync: SyncPlace;
}

/** Behind the flush; before the entry is cleared; after the table serves another purpose. */
export type SyncPlace = "after-flush" | "before-clear" | "after-reuse";

/** All of them. */
export const SYNC_PLACES: readonly SyncPlace[] = ["after-flush", "before-clear", "after-reuse"];

/** The sections that are flushes, by the functions of each architecture. */
const FLUSHES: readonly string[] = [
  "flush_tlb_mm_range",
  "__flush_tlb_range",
  "radix__flush_tlb_range",
  "native_flush_hash_range",
];

/** The program with the orders of its initiator as given. */
export function withOrders(program: Program, { ptClear, flush, sync }: Orders): Program {
  let { steps } = program;
  if (ptClear === "relaxed") steps = mapSteps(steps, (step) => [relaxedClear(step)]);
  if (flush === "none") steps = mapSteps(steps, (step) => [relaxedFlush(step)]);
  if (flush === "absent") steps = mapSteps(steps, (step) => (isFlush(step) ? [] : [step]));
  if (sync !== "after-flush") steps = moveSync(steps, sync);
  return steps === program.steps ? program : finishProgram({ ...program, steps });
}

function relaxedClear(step: Step): Step {
  return isClear(step) ? { ...step, order: "relaxed" } : step;
}

function isClear(step: Step): step is Extract<Step, { kind: "atomic" }> {
  return step.kind === "atomic" && step.op === "exchange" && step.at.variable === "pmd";
}

/** The section of the hook `sync` at its new place; without the hook there is nothing to move. */
function moveSync(steps: readonly Step[], place: SyncPlace): readonly Step[] {
  const isSync = (step: Step): boolean => step.kind === "section" && step.label === "sync";
  const sync = steps.filter(isSync);
  return steps.flatMap((step) => {
    if (isSync(step)) return [];
    if (place === "before-clear" && isClear(step)) return [...sync, step];
    const isReuse = step.kind === "ghost" && step.what === "reuse";
    return place === "after-reuse" && isReuse ? [step, ...sync] : [step];
  });
}

/** Steps of a section were rewritten before it, so that a flush is one whole section here. */
function relaxedFlush(step: Step): Step {
  if (!isFlush(step)) return step;
  const body = mapSteps(step.body, (inner) => {
    if (inner.kind === "atomic") return [{ ...inner, order: "relaxed" as const }];
    return inner.kind === "fence" ? [] : [inner];
  });
  return { ...step, body };
}

function isFlush(step: Step): step is Extract<Step, { kind: "section" }> {
  return step.kind === "section" && FLUSHES.includes(step.label);
}

/** {@link gupFast} whose walk says that it has ended before it uses the table for the last time. */
export function usedAfterExit(program: Program): Program {
  const steps = mapSteps(program.steps, (step): Step[] => {
    if (step.kind === "ghost" && step.what === "use") return [];
    if (step.kind !== "section" || step.label !== "walkerExit") return [step];
    const condition = { left: "entry", is: "==", right: ENTRY_TABLE } as const;
    const body: Step[] = [{ kind: "ghost", what: "use", table: "table" }];
    return [step, { kind: "if", condition, body }];
  });
  return finishProgram({ ...program, steps });
}
