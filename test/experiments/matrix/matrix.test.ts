import { describe, expect, test } from "vitest";
import { refusalOf } from "../../../lib/experiments/combination.ts";
import * as sd from "../../../lib/index.ts";
import { applies, backends, machines, policiesOf, releases, workloads } from "./values.ts";

type Group = keyof typeof applies;

/** One system of each policy with the workloads it matters to, and the default with all. */
function systemsOf(release: string): [sd.Linux, readonly sd.Workload[]][] {
  const systems: [sd.Linux, readonly sd.Workload[]][] = [[sd.linux({ release }), workloads]];
  for (const group of Object.keys(applies) as Group[]) {
    const chosen = workloads.filter(({ type }) => applies[group].includes(type));
    for (const policy of policiesOf(sd[group])) {
      systems.push([sd.linux({ release, [group]: policy }), chosen]);
    }
  }
  return systems;
}

/** How every combination with one machine and release ends. */
function outcomesOf(machine: sd.Machine, release: string): Record<string, string[]> {
  const outcomes: Record<string, string[]> = { ran: [], refused: [], failed: [] };
  for (const [linux, chosen] of systemsOf(release)) {
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

describe.each(Object.keys(machines))("%s", (name) => {
  test.for(releases)("every policy, backend and workload of %s runs or is refused", (release) => {
    const { ran, failed } = outcomesOf(machines[name]!, release);
    expect(failed).toEqual([]);
    expect(ran!.length).toBeGreaterThan(60);
  });
});

test("each policy, backend and workload runs somewhere, and each refusal has a reason", () => {
  const reasons = new Set<string>();
  const seen = new Set<string>();
  for (const machine of Object.values(machines)) {
    for (const [linux, chosen] of releases.flatMap(systemsOf)) {
      for (const backend of Object.values(backends)) {
        for (const workload of chosen) {
          const refusal = refusalOf({ machine, linux, backend, workload });
          if (refusal !== undefined) reasons.add(refusal.reason);
          else {
            const names = linux.policies().map(({ name }) => name);
            for (const one of [...names, backend.name, workload.type]) seen.add(one);
          }
        }
      }
    }
  }
  const all = [
    ...[sd.tableSync, sd.lazyTlb, sd.unmapFlush].flatMap((group) =>
      policiesOf(group).map(({ name }) => name),
    ),
    ...Object.keys(backends),
    ...workloads.map(({ type }) => type),
  ];
  expect(all.filter((name) => !seen.has(name))).toEqual([]);
  for (const reason of reasons) expect(reason.length).toBeGreaterThan(20);
});
