/** Other orders of a flush and of a switch on x86: each swaps or drops one step of mainline. */
import { earlyAcked } from "../../mm/handoffVariables.ts";
import { SWITCHING, tlbGen } from "../../mm/variables.ts";
import { finishProgram, of, own } from "../../steps/builder.ts";
import type { Program, Step } from "../../steps/instructions.ts";
import { mapSteps } from "../../steps/walk.ts";

/** What is changed; the first of each is mainline. */
export interface TlbOrders {
  /** When `tlb_gen` is incremented: before the interrupts are sent, or when all have been taken. */
  readonly generation: "first" | "last";
  /** When a target says that it is done: after its flush, or as it begins. */
  readonly acknowledge: "flushed" | "early";
  /** Whether a switch flushes what has become stale of the address space that it loads. */
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
  if (orders.switching === "spared") steps = mapSteps(steps, withoutSwitching);
  steps = mapSteps(steps, (step) => [withHandler(step, (one) => switchedBy(one, orders))]);
  if (orders.acknowledge === "early") steps = acknowledgedEarly(steps);
  return finishProgram({ ...flush, steps });
}

/** `switch_mm_irqs_off()`, or what includes it, with the orders as given. */
export function switchedBy(change: Program, { switchIn, switchFence }: TlbOrders): Program {
  let { steps } = change;
  if (switchIn === "unchecked") steps = mapSteps(steps, keptOnLoad);
  if (switchFence === "none") steps = mapSteps(steps, withoutFence);
  return steps === change.steps ? change : finishProgram({ ...change, steps });
}

/** Targets are told the number that will be; the generation gets it when they have run. */
function incrementLast(steps: readonly Step[]): readonly Step[] {
  return steps
    .flatMap((step): Step[] => {
      if (!isIncrement(step)) return [step];
      return [
        { kind: "load", into: "gen_before", from: of(tlbGen, "mm"), order: "once" },
        { kind: "compute", into: "gen", left: "gen_before", op: "+", right: 1 },
      ];
    })
    .concat(steps.filter(isIncrement).map((step): Step => ({ ...step, into: "gen_late" }) as Step));
}

function isIncrement(step: Step): boolean {
  return step.kind === "atomic" && step.op === "add" && step.at.variable === tlbGen.name;
}

/** `should_flush_tlb()` before fea4e317f9e7: who is between two address spaces needs nothing. */
function withoutSwitching(step: Step): Step[] {
  return step.kind === "if" && step.condition.right === SWITCHING ? [] : [step];
}

function withHandler(step: Step, change: (handler: Program) => Program): Step {
  return step.kind === "crossCall" ? { ...step, handler: change(step.handler) } : step;
}

function keptOnLoad(step: Step): Step[] {
  if (step.kind === "flushLocal") return [];
  const isLoad = step.kind === "ghost" && step.what === "loadRoot";
  return isLoad && step.translations === "flushed" ? [{ ...step, translations: "kept" }] : [step];
}

function withoutFence(step: Step): Step[] {
  return step.kind === "fence" && step.order === "full" ? [] : [step];
}

/** Handlers say that they have begun, then flush; the sender waits for that word only. */
function acknowledgedEarly(steps: readonly Step[]): readonly Step[] {
  let targets = "";
  return mapSteps(steps, (step): Step[] => {
    if (step.kind === "crossCall") {
      targets = step.mask;
      return [withHandler(step, acknowledging)];
    }
    return step.kind === "awaitCalls" ? [awaitBegun(targets)] : [step];
  });
}

function acknowledging(handler: Program): Program {
  const acked: Step = { kind: "store", to: own(earlyAcked), value: 1, order: "once" };
  return finishProgram({ ...handler, steps: [acked, ...handler.steps] });
}

function awaitBegun(mask: string): Step {
  const body: Step[] = [
    { kind: "set", into: "begun", to: 0 },
    {
      kind: "while",
      condition: { left: "begun", is: "==", right: 0 },
      body: [{ kind: "load", into: "begun", from: of(earlyAcked, "target"), order: "acquire" }],
    },
  ];
  return { kind: "forEachCpu", into: "target", mask, body };
}
