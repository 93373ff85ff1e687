import { checkBoolean, checkInteger } from "../base/check.ts";
import { runPlan } from "../engine/engine.ts";
import { Run } from "./run.ts";
import type { Scene } from "./scene.ts";
import { checkScene, checkSceneKeys, planScene } from "./scene.ts";

/** A scene and how to run it. */
export interface SimulateOptions extends Scene {
  /** Make every step an event: slower, and the same to the bit. Default false. */
  eager?: boolean;
  /** Record up to this many trace events. Default 0: none. */
  trace?: number;
}

/**
 * Runs a workload on a machine under a Linux and a backend. Same values and seed give the same
 * result, to the bit, on every machine. Throws SD001–SD005 for values that are wrong or do not fit
 * together, SD008 when a program hangs.
 */
export function simulate(options: SimulateOptions): Run {
  checkSceneKeys("simulate", options, ["eager", "trace"]);
  const { eager = false, trace = 0 } = options;
  const scene = checkScene(options);
  const result = runPlan(planScene(scene), {
    seed: scene.seed,
    eager: checkBoolean("eager", eager),
    traceLimit: checkInteger("trace", trace, 0, 10_000_000),
  });
  return new Run(scene, result);
}
