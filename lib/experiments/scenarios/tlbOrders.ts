/** Other orders of a flush and of a switch on x86: each swaps or drops one step of mainline. */
import { handoffAcked } from "../../mm/handoffVariables.ts";
import { cpuTlbGen, tlbGen } from "../../mm/variables.ts";
import { finishProgram, of, own, program } from "../../steps/builder.ts";
import type { Program, Step } from "../../steps/instructions.ts";
import { mapSteps } from "../../steps/walk.ts";

/** What is changed; the first of each is mainline. */
export interface TlbOrders {
  /** When `tlb_gen` is incremented: before the interrupts are sent, or when all have been taken. */
  readonly generation: "first" | "last";
  /** When a target says that it is done: after its flush, or as it begins. */
  readonly acknowledge: "flushed" | "early";
  /** Whether a switch flushes what has become stale of the address space it loads. */
  readonly switchIn: "checked" | "unchecked";
  /** Whether a flush interrupts CPUs that are between two address spaces (LOADED_MM_SWITCHING). */
  readonly switching: "flushed" | "spared";
  /** The barrier of a switch before it reads the generation. */
  readonly switchFence: "smp_mb" | "none";
}

/** `flush_tlb_mm_range()` with the orders as given. */
export function flushedBy(flush: Program, orders: TlbOrders): Program {
  let { steps } = flush;
  if (orders.generation === "last") steps = incrementLast(steps);
  steps = mapSteps(steps, (step) => rewriteHandler(step, orders));
  if (orders.switching === "spared") steps = mapSteps(steps, withoutSwitching);
  if (orders.acknowledge === "early") steps = mapSteps(steps, acknowledgedEarly);
  return finishProgram({ ...flush, steps: changedSwitches(steps, orders) });
}

/** `switch_mm_irqs_off()` with the orders as given. */
export function switchedBy(change: Program, orders: TlbOrders): Program {
  return finishProgram({ ...change, steps: changedSwitches(change.steps, orders) });
}

/** The targets get the number that will be, and the generation gets it when they have run. */
function incrementLast(steps: readonly Step[]): readonly Step[] {
  const increments = (step: Step): boolean =>
    step.kind === "atomic" && step.op === "add" && step.at.variable === tlbGen.name;
  const at = steps.findIndex(increments);
  const announced = program("gen", { params: ["mm"], source: "test of H3" }, (k) => {
    k.load("gen_before", of(tlbGen, "mm"));
    k.compute("gen", "gen_before", "+", 1);
  });
  const before = steps.slice(0, at);
  return [...before, ...announced.steps, ...steps.slice(at + 1), { ...steps[at]!, into: "late" }];
}

/** Handlers switch too: a lazy CPU that is told of freed tables goes to `init_mm`. */
function rewriteHandler(step: Step, orders: TlbOrders): Step[] {
  if (step.kind !== "crossCall") return [step];
  const { handler } = step;
  const steps = changedSwitches(handler.steps, orders);
  return [{ ...step, handler: finishProgram({ ...handler, steps }) }];
}

/** `should_flush_tlb()` until fea4e317f9e7: a CPU between two address spaces needs nothing. */
function withoutSwitching(step: Step): Step[] {
  const tests = step.kind === "if" && step.condition.left.toString().startsWith("loaded");
  return tests && step.condition.right === SWITCHING_MM ? [] : [step];
}

/** The handler says that it is done, then flushes; the sender waits for that word. */
function acknowledgedEarly(step: Step): Step[] {
  if (step.kind !== "crossCall") return step.kind === "awaitCalls" ? [] : [step];
  const { handler, mask } = step;
  const acked = program(handler.name, { source: "Nadav Amit's early ack" }, (k) => {
    k.store(own(handoffAcked), 1);
  });
  const early = finishProgram({ ...handler, steps: [...acked.steps, ...handler.steps] });
  const wait = program("csd_lock_wait", { params: [], source: "Nadav Amit's early ack" }, (k) => {
    k.loadMask("unused", of(cpuTlbGen, 0));
  });
  void wait;
  void mask;
  return [{ ...step, handler: early }];
}
