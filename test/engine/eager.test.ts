import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { native } from "../../lib/backends/backend.ts";
import { LogHistogram } from "../../lib/base/histogram.ts";
import { KiB, MiB } from "../../lib/base/units.ts";
import type { EngineResult } from "../../lib/engine/engine.ts";
import { runPlan } from "../../lib/engine/engine.ts";
import type { Scene } from "../../lib/experiments/scene.ts";
import { checkScene, planScene } from "../../lib/experiments/scene.ts";
import { machine } from "../../lib/machine/machine.ts";
import { linux } from "../../lib/policies/linux.ts";
import { collapse } from "../../lib/workloads/collapse.ts";
import { gupFastHammer } from "../../lib/workloads/gupFastHammer.ts";
import { munmap } from "../../lib/workloads/munmap.ts";
import { together } from "../../lib/workloads/together.ts";
import type { Workload } from "../../lib/workloads/workload.ts";
import { anyScene } from "./scenes.ts";

/** The result of a scene, which is the same event by event: that is what this file is about. */
function resultOf(scene: Required<Scene>): EngineResult {
  const plan = planScene(scene);
  const lazy = runPlan(plan, { seed: scene.seed });
  expect(runPlan(plan, { seed: scene.seed, eager: true })).toEqual(lazy);
  return lazy;
}

/** The same where some CPUs are observed, beside those of the scene: nothing else may change. */
function observedResultOf(scene: Required<Scene>): EngineResult {
  const { machine, seed } = scene;
  const plan = planScene(scene);
  const numbers = Array.from({ length: machine.cpus }, (_, cpu) => cpu);
  const observeNoise = numbers.filter((cpu) => (cpu + seed) % 3 === 0);
  const observed = { ...plan, observeNoise };
  const lazy = runPlan(observed, { seed });
  expect(runPlan(observed, { seed, eager: true })).toEqual(lazy);
  const unobserved = runPlan({ ...plan, observeNoise: [] }, { seed });
  expect({ ...unobserved, noise: lazy.noise }).toEqual(lazy);
  return lazy;
}

function sceneOf(workload: Workload, cpus = 16): Required<Scene> {
  return checkScene({ machine: machine({ cpus }), linux: linux(), backend: native(), workload });
}

function total(result: EngineResult, row: string): number {
  return result.rows[row]!.reduce((sum, count) => sum + count, 0);
}

function countOf(result: EngineResult, duration: string): number {
  return LogHistogram.fromData(result.durations[duration]!).count;
}

test("an eager run gives what a lazy one gives, to the bit, and every count is exact", () => {
  fc.assert(
    fc.property(anyScene, (scene) => {
      const result = observedResultOf(scene);
      const counts = [...Object.values(result.rows).flat(), ...result.stolenNs];
      for (const count of [...counts, ...Object.values(result.tallies)]) {
        expect(Number.isSafeInteger(count) && count >= 0).toBe(true);
      }
      expect(countOf(result, "irq_off_delay")).toBe(total(result, "CAL"));
    }),
    { numRuns: 100 },
  );
});

describe("an eager run gives what a lazy one gives", () => {
  test("when two CPUs broadcast in the same tick", () => {
    const one = collapse({ bytes: MiB(8), settleNs: 0 });
    const result = resultOf(sceneOf(together(one, one)));
    // 4 tables each: 14 other CPUs take both calls with one interrupt, the two interrupt each other.
    expect(total(result, "CAL")).toBe(4 * (14 + 2));
    expect(countOf(result, "call_function")).toBe(4 * 2 * 15);
  });

  test("when two CPUs step on the same line in the same tick", () => {
    const stale = munmap({ bytes: KiB(4), calls: 3, threads: 3, siblings: "stale", settleNs: 0 });
    expect(resultOf(sceneOf(together(stale, stale))).tallies.operations).toBe(6);
  });

  test("when a thread that walks a given number of times outlasts the operation", () => {
    const walks = gupFastHammer({ threads: 2, calls: 500 });
    const result = resultOf(sceneOf(together(collapse({ bytes: MiB(2) }), walks)));
    expect(result.tallies.gup_calls).toBe(1000);
  });

  test("when walkers with interrupts off hold interrupts back", () => {
    const walks = gupFastHammer({ threads: 8, gapNs: 200, pages: 40 });
    const result = resultOf(sceneOf(together(collapse({ bytes: MiB(40) }), walks)));
    expect(LogHistogram.fromData(result.durations.irq_off_delay!).max).toBeGreaterThan(100);
  });
});
