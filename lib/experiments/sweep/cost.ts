/** How long cells take, relative to one another: the costliest are computed first. */
import type { WorkloadData } from "../../workloads/workload.ts";
import type { Scene } from "../scene.ts";

/** Options of workloads that say how much is done, and what one of them is worth. */
const AMOUNTS: Readonly<Record<string, number>> = {
  bytes: 1 / (2 * 1024 * 1024),
  calls: 1,
  operations: 1,
  pages: 0.01,
};

/**
 * A rough cost without unit: what is done, times the CPUs that it concerns, and the walkers beside
 * it. Only the order matters, and it changes no result.
 */
export function predictedCost({ machine, workload }: Required<Scene>): number {
  const parts = partsOf(workload);
  const rounds = parts.reduce((sum, part) => sum + amountOf(part), 0);
  const threads = parts.reduce((sum, part) => sum + numberIn(part, "threads"), 0);
  return Math.round(machine.cpus + rounds * (1 + machine.cpus / 256) * (1 + threads / 4));
}

function partsOf(workload: WorkloadData): readonly WorkloadData[] {
  const { parts } = workload.options;
  return Array.isArray(parts) ? (parts as readonly WorkloadData[]) : [workload];
}

function amountOf(part: WorkloadData): number {
  const amounts = Object.entries(AMOUNTS).map(([name, worth]) => numberIn(part, name) * worth);
  return Math.max(1, ...amounts);
}

function numberIn({ options }: WorkloadData, name: string): number {
  const value = options[name];
  return typeof value === "number" ? value : 0;
}
