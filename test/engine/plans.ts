/** Small plans of programs written by a test, on a machine whose costs are round numbers. */
import { expect } from "vitest";
import { LogHistogram } from "../../lib/base/histogram.ts";
import type { EnginePlan, EngineResult } from "../../lib/engine/engine.ts";
import { runPlan } from "../../lib/engine/engine.ts";
import type { CostChanges } from "../../lib/machine/costs.ts";
import { costKeys } from "../../lib/machine/costs.ts";
import type { Machine } from "../../lib/machine/machine.ts";
import { machine } from "../../lib/machine/machine.ts";
import type { MachineOptions } from "../../lib/machine/machineOptions.ts";
import type { Builder } from "../../lib/steps/builder.ts";
import { program } from "../../lib/steps/builder.ts";
import type { Program, Variable } from "../../lib/steps/instructions.ts";
import type { Task } from "../../lib/steps/task.ts";

/** What costs time, ns; everything else costs none. */
export const COSTS = {
  csdQueue: 10,
  ipiSend: 100,
  ipiBroadcast: 150,
  ipiDeliver: 1_000,
  irqEntry: 20,
  irqExit: 30,
  ack: 40,
  callEmpty: 5,
  pollExit: 300,
  irqOff: 1,
  wake: 7,
  taskSwitch: 60,
} as const;

const FREE: CostChanges = Object.fromEntries(costKeys.map((key) => [key, 0]));

/** One socket; idle CPUs halt unless `change` says otherwise. */
export function machineOf(cpus: number, change: MachineOptions = {}): Machine {
  const costs = { ...FREE, ...COSTS, ...change.costs };
  return machine({ coresPerSocket: cpus, ...change, costs });
}

/** A program of the test. */
export function written(
  name: string,
  write: (k: Builder) => void,
  params: readonly string[] = [],
): Program {
  return program(name, { params, source: "test" }, write);
}

/** A program on one CPU. */
export function task(
  cpu: number,
  write: (k: Builder) => void,
  args: Readonly<Record<string, number>> = {},
): Task {
  return { cpu, program: written(`cpu_${cpu}`, write, Object.keys(args)), args };
}

/** A number that all CPUs share. */
export function shared(name: string, scope: Variable["scope"] = "global", initial = 0): Variable {
  return { name, scope, holds: "number", initial, meaning: "" };
}

/** A function that does nothing and takes 5 ns, as the one of a sync. */
export const empty: Program = written("empty", (k) => k.work("callEmpty"));

/** A function that is counted on row TLB, as a flush is, and takes 5 ns. */
export const counted: Program = written("counted", (k) => {
  k.countRow("TLB");
  k.work("callEmpty");
});

/** Calls a function on the given CPUs and waits. */
export function callAndWait(k: Builder, cpus: readonly number[], handler: Program): void {
  call(k, cpus, handler);
  k.awaitCalls();
}

/** Calls a function on the given CPUs. */
export function call(
  k: Builder,
  cpus: readonly number[],
  handler: Program,
  args: Readonly<Record<string, number>> = {},
): void {
  k.emptyMask("targets");
  for (const cpu of cpus) k.addCpu("targets", cpu);
  k.crossCall("targets", handler, args);
}

/** A pause of a fixed length. */
export function wait(k: Builder, ns: number): void {
  k.pause({ kind: "fixed", ns });
}

/** The operation, and what differs from a plan without anything else. */
export function planOf(
  on: Machine,
  operation: readonly Task[],
  change: Partial<EnginePlan> = {},
): EnginePlan {
  return {
    machine: on,
    variables: [],
    mms: 1,
    tables: 1,
    boot: {},
    setup: [],
    startNs: 0,
    operation,
    background: [],
    busyCpus: [],
    wakesReschedule: false,
    ...change,
  };
}

/** Runs a plan lazily and with every step an event, which must be the same. */
export function runBoth(plan: EnginePlan, seed = 1): EngineResult {
  const lazy = runPlan(plan, { seed });
  expect(runPlan(plan, { seed, eager: true })).toEqual(lazy);
  return lazy;
}

/** A distribution of a result. */
export function duration(result: EngineResult, what: string): LogHistogram {
  return LogHistogram.fromData(result.durations[what]!);
}

/** Sum of a row over all CPUs. */
export function total(result: EngineResult, row: string): number {
  return result.rows[row]!.reduce((sum, count) => sum + count, 0);
}
