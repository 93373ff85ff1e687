/** The four values of a run: checked, revived from plain clones, and composed into a plan. */
import type { Backend } from "../backends/backend.ts";
import { behaviourOf, reviveBackend } from "../backends/backend.ts";
import { checkKeys, checkSeed } from "../base/check.ts";
import { impossible, missing } from "../base/messages.ts";
import type { EnginePlan } from "../engine/engine.ts";
import type { Machine } from "../machine/machine.ts";
import { machine as machineOf } from "../machine/machine.ts";
import type { Environment, FlushOptions } from "../mm/environment.ts";
import { releaseFeatures } from "../mm/release.ts";
import { FIRST_USER_MM, tlbIpiBroadcastKey, VARIABLES } from "../mm/variables.ts";
import type { Linux } from "../policies/linux.ts";
import { linux as linuxOf } from "../policies/linux.ts";
import type { Program } from "../steps/instructions.ts";
import { planWorkload, reviveWorkload } from "../workloads/registry.ts";
import type { Workload } from "../workloads/workload.ts";

/** Four values make a run, and a seed. Plain clones of the values are as good. */
export interface Scene {
  readonly machine: Machine;
  readonly linux: Linux;
  readonly backend: Backend;
  readonly workload: Workload;
  /** Seed of all random streams, an integer 0 … 2^53 − 1. Default 1. */
  readonly seed?: number;
}

/** The keys of a scene. */
export const SCENE_KEYS = ["machine", "linux", "backend", "workload", "seed"] as const;

/** A scene with every value revived and checked. */
export function checkScene(scene: Scene): Required<Scene> {
  for (const key of ["machine", "linux", "backend", "workload"] as const) {
    if (scene?.[key] === undefined) throw missing(key, `a value made by sd.${key}`);
  }
  const { seed = 1 } = scene;
  const checked = {
    machine: machineOf(scene.machine),
    linux: linuxOf(scene.linux),
    backend: reviveBackend(scene.backend),
    workload: reviveWorkload(scene.workload),
    seed: checkSeed(seed),
  };
  if (checked.machine.arch.kind !== "x86") {
    throw impossible(
      "machine",
      checked.machine.arch.kind,
      "the flush paths of this release are those of x86",
    );
  }
  return checked;
}

/** The plan of a scene: kernel paths built for it, and the workload's tasks. */
export function planScene(scene: Required<Scene>): EnginePlan {
  const { machine, linux, workload } = scene;
  const env = environmentOf(scene);
  const plan = planWorkload(workload, {
    env,
    availableCpus: machine.cpus,
    firstCpu: 0,
    firstMm: FIRST_USER_MM,
    firstTable: 0,
    sharedMm: undefined,
    sharedTables: undefined,
    hugePages: !linux.preemptRt,
  });
  const interruptsWalkers = behaviourOf(scene.backend).flushInterruptsWalkers(env);
  return {
    machine,
    variables: VARIABLES,
    mms: FIRST_USER_MM + plan.mms,
    tables: Math.max(1, plan.tables),
    boot: { [tlbIpiBroadcastKey.name]: interruptsWalkers ? 1 : 0 },
    setup: plan.setup,
    startNs: plan.startNs,
    operation: plan.operation,
    background: plan.background,
    busyCpus: plan.busyCpus,
    wakesReschedule: linux.preemptRt,
  };
}

/** What the kernel paths of a scene are built for. */
export function environmentOf(scene: Required<Scene>): Environment {
  const { machine, linux } = scene;
  const features = releaseFeatures(linux.release);
  const behaviour = behaviourOf(scene.backend);
  const hasInvlpgb = machine.arch.kind === "x86" && machine.arch.invlpgb;
  const env: Environment = {
    features,
    invlpgb: hasInvlpgb && features.globalAsids,
    hooks: linux.hooks(),
    flushTlbMulti: (options: FlushOptions): Program => behaviour.flushTlbMulti(env, options),
  };
  return env;
}

/** Throws SD002 for an option that the function does not take. */
export function checkSceneKeys(what: string, options: object, more: readonly string[]): void {
  checkKeys(what, options, [...SCENE_KEYS, ...more]);
}
