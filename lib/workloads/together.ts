import { impossible, invalid } from "../base/messages.ts";
import type { PlanContext, WorkloadPlan } from "./plan.ts";
import { Workload } from "./workload.ts";

/**
 * Several workloads at once, each on CPUs of its own, in the order given. GUP-fast threads of the
 * `same` process join the address space of the first workload; `perfSampling` samples the CPUs of
 * the workloads before it. The run lasts until every workload that ends has ended.
 */
export function together(...parts: readonly Workload[]): Workload {
  if (parts.length < 2) {
    throw invalid("together", `${parts.length} workloads`, "at least two workloads");
  }
  for (const part of parts) {
    if (typeof part !== "object" || part?.kind !== "workload" || part.type === "together") {
      throw invalid("together", part, "workloads made by sd.workload.…(), not nested");
    }
  }
  return new Workload("together", { parts });
}

/**
 * The parts side by side: CPUs, address spaces and tables one after the other. Throws SD004 when no
 * part ever ends, SD005 when they need more CPUs than there are.
 */
export function composePlans(
  plans: readonly ((context: PlanContext) => WorkloadPlan)[],
  context: PlanContext,
): WorkloadPlan {
  const made: WorkloadPlan[] = [];
  for (const plan of plans) made.push(plan(contextAfter(made, context)));
  const operation = made.flatMap((part) => part.operation);
  if (operation.length === 0) {
    throw impossible("together", "no end", "one part at least must be able to finish");
  }
  const nmi = atMostOne(
    "perfSampling",
    made.map((part) => part.nmi),
  );
  const observeNoise = atMostOne(
    "isolatedObserver",
    made.map((part) => part.observeNoise),
  );
  const phases = Math.max(...made.map((part) => part.setup.length));
  return {
    cpus: sum(made.map((part) => part.cpus)),
    mms: sum(made.map((part) => part.mms)),
    tables: sum(made.map((part) => part.tables)),
    setup: Array.from({ length: phases }, (_, i) => made.flatMap((part) => part.setup[i] ?? [])),
    operation,
    background: made.flatMap((part) => part.background),
    busyCpus: made.flatMap((part) => part.busyCpus),
    startNs: Math.max(...made.map((part) => part.startNs)),
    ...(nmi === undefined ? {} : { nmi }),
    ...(observeNoise === undefined ? {} : { observeNoise }),
  };
}

/** What one part at most may ask for. */
function atMostOne<T>(what: string, asked: readonly (T | undefined)[]): T | undefined {
  const given = asked.filter((one) => one !== undefined);
  if (given.length > 1) throw impossible("together", `${given.length} ${what}`, "one at most");
  return given[0];
}

function contextAfter(made: readonly WorkloadPlan[], context: PlanContext): PlanContext {
  const cpus = sum(made.map((part) => part.cpus));
  const first = made[0];
  return {
    ...context,
    availableCpus: context.availableCpus - cpus,
    firstCpu: context.firstCpu + cpus,
    firstMm: context.firstMm + sum(made.map((part) => part.mms)),
    firstTable: context.firstTable + sum(made.map((part) => part.tables)),
    sharedMm: context.firstMm,
    sharedTables:
      first === undefined || first.tables === 0 ? undefined : [context.firstTable, first.tables],
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
