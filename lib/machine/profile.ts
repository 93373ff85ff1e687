/** Platforms: a cost table and a contention curve under a name. */
import { deepFreeze } from "../base/value.ts";
import type { ArchKind } from "./arch.ts";
import { type ContentionCurve, contentionCurves } from "./contention.ts";
import type { CostTable } from "./costs.ts";
import { arm64Server } from "./profiles/arm64Server.ts";
import { power } from "./profiles/power.ts";
import { x86Amd } from "./profiles/x86Amd.ts";
import { x86EightSocket } from "./profiles/x86EightSocket.ts";
import { x86TwoSocket } from "./profiles/x86TwoSocket.ts";

/** Names of the platforms. */
export type ProfileName = "x86TwoSocket" | "x86EightSocket" | "x86Amd" | "arm64Server" | "power";

/** What a platform costs, and the architecture it is of. */
export interface Profile {
  readonly arch: ArchKind;
  readonly costs: CostTable;
  readonly contention: ContentionCurve;
}

/** All platforms, bare metal. Backends add what virtualisation costs. */
export const profiles: Readonly<Record<ProfileName, Profile>> = deepFreeze({
  x86TwoSocket: { arch: "x86", costs: x86TwoSocket, contention: contentionCurves.xeon448 },
  x86EightSocket: { arch: "x86", costs: x86EightSocket, contention: contentionCurves.xeon448 },
  x86Amd: { arch: "x86", costs: x86Amd, contention: contentionCurves.milan166 },
  arm64Server: { arch: "arm64", costs: arm64Server, contention: contentionCurves.arm64 },
  power: { arch: "powerpc", costs: power, contention: contentionCurves.power },
});

/** All names of platforms. */
export const profileNames: readonly ProfileName[] = Object.keys(profiles) as ProfileName[];

/** The platform a machine is given when none is named. */
export function defaultProfile(kind: ArchKind): ProfileName {
  switch (kind) {
    case "x86":
      return "x86TwoSocket";
    case "arm64":
      return "arm64Server";
    case "powerpc":
      return "power";
  }
}
