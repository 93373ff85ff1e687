/** The four values of a run: checked, revived from plain clones, and composed into a plan. */
import type { Backend } from "../backends/backend.ts";
import { behaviourOf, reviveBackend } from "../backends/backend.ts";
import { checkKeys, checkSeed } from "../base/check.ts";
import { impossible, missing } from "../base/messages.ts";
import type { EnginePlan } from "../engine/engine.ts";
import { interruptRows } from "../machine/arch.ts";
import { Machine, machine as machineOf } from "../machine/machine.ts";
import { vcpuPreempted } from "../mm/guestVariables.ts";
import { FIRST_USER_MM, VARIABLES } from "../mm/variables.ts";
import type { Linux } from "../policies/linux.ts";
import { linux as linuxOf } from "../policies/linux.ts";
import type { WorkloadPlan } from "../workloads/plan.ts";
import { planWorkload, reviveWorkload } from "../workloads/registry.ts";
import type { Workload } from "../workloads/workload.ts";
import { bootValues } from "./bootValues.ts";
import { checkCombination } from "./combination.ts";
import { environmentOf } from "./environments.ts";

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
    machine: scene.machine instanceof Machine ? scene.machine : machineOf(scene.machine),
    linux: linuxOf(scene.linux),
    backend: reviveBackend(scene.backend),
    workload: reviveWorkload(scene.workload),
    seed: checkSeed(seed),
  };
  checkCombination(checked);
  return checked;
}

/** The plan of a scene: kernel paths built for it, and the workload's tasks. */
export function planScene(scene: Required<Scene>): EnginePlan {
  const { machine, linux, workload } = scene;
  const { maskSend, preemption } = behaviourOf(scene.backend);
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
    isolated: machine.isolated,
  });
  return {
    machine: machineAsSeen(scene),
    variables: VARIABLES,
    mms: FIRST_USER_MM + plan.mms,
    tables: Math.max(1, plan.tables),
    boot: bootValues(env.cpu, scene.backend),
    setup: plan.setup,
    startNs: plan.startNs,
    operation: plan.operation,
    background: plan.background,
    busyCpus: plan.busyCpus,
    wakesReschedule: linux.preemptRt,
    rowNames: { ...rowNames(machine), ...(plan.nmi === undefined ? {} : { NMI: "NMI" }) },
    ...(plan.nmi === undefined ? {} : { nmi: plan.nmi }),
    ...(plan.observeNoise === undefined ? {} : { observeNoise: unusedCpus(plan) }),
    ...(maskSend === undefined ? {} : { maskSend }),
    ...(preemption === undefined
      ? {}
      : { preemption: { ...preemption, flag: vcpuPreempted.name } }),
  };
}

/** CPUs that are observed because nothing else runs there. Throws SD004 where something does. */
function unusedCpus({ observeNoise = [], cpus }: WorkloadPlan): readonly number[] {
  const used = observeNoise.find((cpu) => cpu < cpus);
  if (used === undefined) return observeNoise;
  throw impossible("isolatedObserver", `CPU ${used}`, `other workloads run on CPUs 0-${cpus - 1}`);
}

/** The machine with the costs that the kernel of the scene has: in a guest, those of a vCPU. */
export function machineAsSeen({ machine, backend }: Required<Scene>): Machine {
  const costs = behaviourOf(backend).costs(machine);
  return Object.keys(costs).length === 0 ? machine : machine.with({ costs });
}

/** The rows of the engine under the names they have on the machine. */
function rowNames({ arch }: Machine): Readonly<Record<string, string>> {
  const { call, flush, reschedule } = interruptRows(arch);
  return { CAL: call, RES: reschedule, ...(flush === null ? {} : { TLB: flush }) };
}

/** Throws SD002 for an option that the function does not take. */
export function checkSceneKeys(what: string, options: object, more: readonly string[]): void {
  checkKeys(what, options, [...SCENE_KEYS, ...more]);
}
