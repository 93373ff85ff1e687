/**
 * What the kernel paths of a scene are built for. Building them takes longer than many a run, so
 * that scenes of the same kernel share one environment, and with it every path.
 */
import type { Backend } from "../backends/backend.ts";
import { behaviourOf } from "../backends/backend.ts";
import type { BackendBehaviour } from "../backends/behaviour.ts";
import { withoutBroadcast } from "../backends/behaviour.ts";
import type { Arch, ArchKind } from "../machine/arch.ts";
import type { Machine } from "../machine/machine.ts";
import { ARCH_PATHS } from "../mm/archPaths.ts";
import type { Environment, FlushOptions } from "../mm/environment.ts";
import { kernelPath } from "../mm/kernelPaths.ts";
import type { ReleaseFeatures } from "../mm/release.ts";
import { RCU_TABLE_BATCH, releaseFeatures } from "../mm/release.ts";
import type { Linux } from "../policies/linux.ts";
import type { Program } from "../steps/instructions.ts";

/** What decides which steps the paths have. */
export interface Kernel {
  readonly machine: Machine;
  readonly linux: Linux;
  readonly backend: Backend;
}

/** Environments that are kept; the one that was made first goes first. */
const KEPT = 64;
const environments = new Map<string, Environment>();

/** The environment of a kernel: the same one for equal kernels. */
export function environmentOf(kernel: Kernel): Environment {
  const key = keyOf(kernel);
  const known = environments.get(key);
  if (known !== undefined) return known;
  const made = makeEnvironment(kernel);
  if (environments.size >= KEPT) environments.delete(environments.keys().next().value!);
  environments.set(key, made);
  return made;
}

/** Programs are frozen: one object is one program, and equal ones may be two. */
const programNumbers = new WeakMap<Program, number>();
let programs = 0;

function numberOf(program: Program): number {
  const known = programNumbers.get(program);
  if (known !== undefined) return known;
  programNumbers.set(program, ++programs);
  return programs;
}

function keyOf({ machine, linux, backend }: Kernel): string {
  const hooks = Object.entries(linux.hooks()).map(([hook, program]) => [hook, numberOf(program)]);
  const { release, tableSync } = linux;
  const unshare = tableSync.unshareReachesLazy === true;
  return JSON.stringify([machine.arch, release, unshare, backend, hooks]);
}

function makeEnvironment({ machine, linux, backend }: Kernel): Environment {
  const behaviour = behaviourOf(backend);
  const features = featuresOf(linux.release, machine.arch.kind, behaviour);
  const cpu = archAsSeen(machine.arch, behaviour, features);
  const env: Environment = {
    cpu,
    arch: ARCH_PATHS[cpu.kind],
    features,
    invlpgb: cpu.kind === "x86" && cpu.invlpgb,
    rar: cpu.kind === "x86" && cpu.rar,
    hooks: linux.hooks(),
    kernelPath: (name: string): Program => kernelPath(env, name),
    unshareReachesLazy: linux.tableSync.unshareReachesLazy === true,
    flushTlbMulti: (options: FlushOptions): Program => behaviour.flushTlbMulti(env, options),
  };
  return env;
}

/** The features that a release uses, of those that the backend exposes. */
function archAsSeen(cpu: Arch, behaviour: BackendBehaviour, features: ReleaseFeatures): Arch {
  if (cpu.kind !== "x86") return cpu;
  return features.globalAsids ? behaviour.exposed(cpu) : withoutBroadcast(cpu);
}

function featuresOf(
  release: string,
  arch: ArchKind,
  { freesTablesByRcu }: BackendBehaviour,
): ReleaseFeatures {
  const features = releaseFeatures(release, arch);
  return freesTablesByRcu ? { ...features, tableBatch: RCU_TABLE_BATCH } : features;
}
