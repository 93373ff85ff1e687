/** Combinations of every machine, release, policy, backend and workload: all, or each third. */
import { describe, expect, test } from "vitest";
import { refusalOf } from "../../../lib/experiments/combination.ts";
import * as sd from "../../../lib/index.ts";
import { applies, backends, machines, policiesOf, releases, workloads } from "./values.ts";

const groups = { tableSync: sd.tableSync, lazyTlb: sd.lazyTlb, unmapFlush: sd.unmapFlush };

/** One system of each policy with the workloads it matters to, and the default with all. */
export function systemsOf(release: string): [sd.Linux, readonly sd.Workload[]][] {
  const systems: [sd.Linux, readonly sd.Workload[]][] = [[sd.linux({ release }), workloads]];
  for (const [group, policies] of Object.entries(groups)) {
    const types = applies[group as keyof typeof groups];
    const chosen = workloads.filter(({ type }) => types.includes(type));
    for (const policy of policiesOf(policies)) {
      systems.push([sd.linux({ release, [group]: policy }), chosen]);
    }
  }
  return systems;
}

/** How the combinations of systems with one machine end. */
function outcomesOf(
  machine: sd.Machine,
  systems: ReturnType<typeof systemsOf>,
): Record<string, string[]> {
  const outcomes: Record<string, string[]> = { ran: [], refused: [], failed: [] };
  for (const [linux, chosen] of systems) {
    for (const backend of Object.values(backends)) {
      for (const workload of chosen) {
        const names = linux.policies().map(({ name }) => name);
        const what = [linux.release, backend.name, workload.type, ...names].join(" ");
        outcomes[outcomeOf({ machine, linux, backend, workload }, what)]!.push(what);
      }
    }
  }
  return outcomes;
}

/** Runs a scene, or finds the reason why Linux cannot have it. */
function outcomeOf(scene: sd.Scene, what: string): string {
  const refusal = refusalOf(scene);
  try {
    const run = sd.simulate(scene);
    expect(refusal, what).toBeUndefined();
    expect(run.result.endNs, what).toBeGreaterThanOrEqual(run.result.startNs);
    return "ran";
  } catch (error) {
    if (!(error instanceof sd.ShootdownError)) throw new Error(`${what}: ${String(error)}`);
    if (refusal === undefined) return "failed";
    expect([error.code, error.message], what).toEqual([
      "SD004",
      expect.stringContaining(refusal.reason),
    ]);
    return "refused";
  }
}

/**
 * Tests that each combination runs, or is refused with its reason. With `step` 3, every policy runs
 * on every machine under two of the six releases, and not under all.
 */
export function testMatrix(step: 1 | 3): void {
  describe.each(Object.keys(machines))("%s", (name) => {
    test.for(releases)("every policy, backend and workload of %s runs or is refused", (release) => {
      const first = releases.indexOf(release) % step;
      const systems = systemsOf(release).filter((_, at) => at === 0 || at % step === first);
      const { ran, failed } = outcomesOf(machines[name]!, systems);
      expect(failed).toEqual([]);
      expect(ran!.length).toBeGreaterThan(60 / step);
    });
  });
}
