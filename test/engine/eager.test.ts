import fc from "fast-check";
import { expect, test } from "vitest";
import type { EnginePlan } from "../../lib/engine/engine.ts";
import { runPlan } from "../../lib/engine/engine.ts";
import type { Scene } from "../../lib/experiments/scene.ts";
import { planScene } from "../../lib/experiments/scene.ts";
import { anyScene } from "./scenes.ts";

const RUNS = 100;

/** The plan of a scene; undefined when the workload does not fit on the machine (SD005). */
function planOf(scene: Required<Scene>): EnginePlan | undefined {
  try {
    return planScene(scene);
  } catch (error) {
    if (String(error).includes("SD005")) return undefined;
    throw error;
  }
}

test("a CPU advanced step by step or on demand gives the same result to the bit", () => {
  fc.assert(
    fc.property(anyScene, (scene) => {
      const plan = planOf(scene);
      fc.pre(plan !== undefined);
      const { seed } = scene;
      expect(runPlan(plan, { seed, eager: true })).toEqual(runPlan(plan, { seed }));
    }),
    { numRuns: RUNS },
  );
});
