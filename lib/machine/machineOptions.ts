/** What a machine is made from: options, checked and completed from a machine it shall be like. */
import { checkKeys, checkOneOf, checkString } from "../base/check.ts";
import { impossible, invalid } from "../base/messages.ts";
import { type Arch, type ArchKind, arm64, checkArch, powerpc, x86 } from "./arch.ts";
import { type ContentionCurve, checkContention } from "./contention.ts";
import { type CostChanges, type CostTable, changeCosts } from "./costs.ts";
import { checkDistances, type Distances, fitDistances } from "./distances.ts";
import { checkIsolated } from "./isolated.ts";
import {
  defaultProfile,
  type Profile,
  type ProfileName,
  profileNames,
  profiles,
} from "./profile.ts";
import { completeShape, cpusOf, type Shape } from "./shape.ts";

/** What a CPU without work does: halts, or polls a flag that spares it an interrupt. */
export type Idle = "halt" | "polling";

/** A machine as plain data; every field is documented on `Machine`. */
export interface MachineData extends Shape {
  readonly kind: "machine";
  readonly name: string;
  readonly arch: Arch;
  readonly cpus: number;
  readonly idle: Idle;
  readonly isolated: readonly number[];
  readonly distances: Distances;
  readonly costs: CostTable;
  readonly contention: ContentionCurve;
}

/** Options of `machine`. What is left out comes from the machine it shall be like. */
export interface MachineOptions {
  /** Only in a machine that is revived from plain data. */
  readonly kind?: "machine" | undefined;
  /** What to call it; the architecture when left out. */
  readonly name?: string | undefined;
  readonly arch?: Arch | undefined;
  /** 1…64. */
  readonly sockets?: number | undefined;
  /** 1…4096. */
  readonly coresPerSocket?: number | undefined;
  /** 1, 2 or 4, on POWER also 8. */
  readonly threadsPerCore?: number | undefined;
  /** 1…4096; the product of the three above. Alone it decides them. */
  readonly cpus?: number | undefined;
  readonly idle?: Idle | undefined;
  /** CPU numbers, or a list such as `2-63`. */
  readonly isolated?: readonly number[] | string | undefined;
  /** Costs that differ, integer ns. */
  readonly costs?: CostChanges | undefined;
  readonly contention?: ContentionCurve | undefined;
  /** NUMA distances between sockets, 10…254. */
  readonly distances?: Distances | undefined;
  /** Platform that costs and contention come from; it also decides an architecture left out. */
  readonly profile?: ProfileName | undefined;
}

const optionNames: readonly (keyof MachineOptions)[] = [
  "kind",
  "name",
  "arch",
  "sockets",
  "coresPerSocket",
  "threadsPerCore",
  "cpus",
  "idle",
  "isolated",
  "costs",
  "contention",
  "distances",
  "profile",
];

/** All defaults: one socket of 64 x86 cores without INVLPGB, halting when idle. */
export const defaultMachine: MachineData = {
  kind: "machine",
  name: "x86",
  arch: x86(),
  sockets: 1,
  coresPerSocket: 64,
  threadsPerCore: 1,
  cpus: 64,
  idle: "halt",
  isolated: [],
  distances: [[10]],
  costs: profiles.x86TwoSocket.costs,
  contention: profiles.x86TwoSocket.contention,
};

/**
 * The machine that `options` ask for, like `base` where they are silent. Isolated CPUs and
 * distances of `base` stay as far as the new size has them; its costs stay unless the architecture
 * or the profile changes.
 * Throws SD001, SD002, SD004 or SD006 for what no machine can be.
 */
export function completeMachine(options: MachineOptions, base: MachineData): MachineData {
  checkKeys("machine", options, optionNames);
  if (options.kind !== undefined) checkOneOf("kind", options.kind, ["machine"]);
  const arch = chooseArch(options, base);
  const platform = choosePlatform(options, base, arch.kind);
  const shape = completeShape(options, base, arch.kind);
  const cpus = cpusOf(shape);
  const {
    name = base.name === base.arch.kind ? arch.kind : base.name,
    idle = base.idle,
    isolated = base.isolated.filter((cpu) => cpu < cpus),
    distances = fitDistances(shape.sockets, base.distances),
    costs = {},
    contention = platform.contention,
  } = options;
  return {
    kind: "machine",
    name: checkName(name),
    arch,
    ...shape,
    cpus,
    idle: checkIdle(idle, arch.kind),
    isolated: checkIsolated(isolated, cpus),
    distances: checkDistances(distances, shape.sockets),
    costs: changeCosts(platform.costs, costs),
    contention: checkContention(contention),
  };
}

function chooseArch(options: MachineOptions, base: MachineData): Arch {
  if (options.arch !== undefined) return checkArch(options.arch);
  if (options.profile === undefined) return base.arch;
  const { arch: kind } = profiles[checkOneOf("profile", options.profile, profileNames)];
  return kind === base.arch.kind ? base.arch : plainArch(kind);
}

function plainArch(kind: ArchKind): Arch {
  switch (kind) {
    case "x86":
      return x86();
    case "arm64":
      return arm64();
    case "powerpc":
      return powerpc();
  }
}

/** Costs to start from: of the profile named, else those of a base of the same architecture. */
function choosePlatform(
  options: MachineOptions,
  base: MachineData,
  kind: ArchKind,
): Pick<Profile, "costs" | "contention"> {
  if (options.profile === undefined) {
    return kind === base.arch.kind ? base : profiles[defaultProfile(kind)];
  }
  const profile = profiles[checkOneOf("profile", options.profile, profileNames)];
  if (profile.arch === kind) return profile;
  throw impossible("profile", options.profile, `costs of ${profile.arch}, on a ${kind} machine`);
}

function checkIdle(idle: Idle, kind: ArchKind): Idle {
  checkOneOf("idle", idle, ["halt", "polling"]);
  if (idle === "halt" || kind !== "arm64") return idle;
  throw impossible("idle", idle, "arm64 Linux has no polling idle loop");
}

function checkName(name: string): string {
  if (checkString("name", name).trim() !== "" && !name.includes("\n")) return name;
  throw invalid("name", name, "one line of text");
}
