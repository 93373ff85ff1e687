import { checkBoolean, checkInteger } from "../base/check.ts";
import { invalid } from "../base/messages.ts";
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
  /** CPUs whose noise is recorded, beside those of an `isolatedObserver`. Default none. */
  noise?: readonly number[];
}

/**
 * Runs a workload on a machine under a Linux and a backend. Same values and seed give the same
 * result, to the bit, on every machine. Throws SD001–SD005 for values that are wrong or do not fit
 * together, SD008 when a program hangs.
 */
export function simulate(options: SimulateOptions): Run {
  checkSceneKeys("simulate", options, ["eager", "trace", "noise"]);
  const { eager = false, trace = 0, noise = [] } = options;
  const scene = checkScene(options);
  const plan = planScene(scene);
  const observeNoise = [...(plan.observeNoise ?? []), ...checkCpus(noise, scene)];
  const result = runPlan(observeNoise.length === 0 ? plan : { ...plan, observeNoise }, {
    seed: scene.seed,
    eager: checkBoolean("eager", eager),
    traceLimit: checkInteger("trace", trace, 0, 10_000_000),
  });
  return new Run(scene, result);
}

function checkCpus(cpus: readonly number[], { machine }: Required<Scene>): readonly number[] {
  if (!Array.isArray(cpus)) throw invalid("noise", cpus, "a list of CPU numbers");
  return cpus.map((cpu) => checkInteger("noise", cpu, 0, machine.cpus - 1));
}
