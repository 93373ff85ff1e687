import fc from "fast-check";
import { expect, test } from "vitest";
import type { EngineResult } from "../../lib/engine/engine.ts";
import { runPlan } from "../../lib/engine/engine.ts";
import type { Scene } from "../../lib/experiments/scene.ts";
import { checkScene, planScene } from "../../lib/experiments/scene.ts";
import { anyScene } from "./scenes.ts";

function runBoth(scene: Required<Scene>) {
  const plan = planScene(scene);
  return {
    lazy: runPlan(plan, { seed: scene.seed }),
    eager: runPlan(plan, { seed: scene.seed, eager: true }),
  };
}

test("x", () => {
  fc.assert(
    fc.property(anyScene, (scene) => {
      let plan;
      try {
        planScene(scene);
      } catch (e) {
        if (String(e).includes("SD005")) fc.pre(false);
        throw e;
      }
      const { lazy, eager } = runBoth(scene);
      expect(eager).toEqual(lazy);
    }),
    {
      numRuns: +(process.env.RUNS ?? 200),
      seed: +(process.env.SEED ?? 1),
      endOnFailure: process.env.SHRINK === undefined,
    },
  );
}, 600000);
