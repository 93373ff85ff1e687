/** Environments of kernel paths, as the scenes of real runs make them. */
import { native } from "../../lib/backends/backend.ts";
import { environmentOf } from "../../lib/experiments/environments.ts";
import { checkScene } from "../../lib/experiments/scene.ts";
import type { Arch } from "../../lib/machine/arch.ts";
import { x86 } from "../../lib/machine/arch.ts";
import { machine } from "../../lib/machine/machine.ts";
import type { Environment } from "../../lib/mm/environment.ts";
import type { LinuxOptions } from "../../lib/policies/linux.ts";
import { linux } from "../../lib/policies/linux.ts";
import { mprotect } from "../../lib/workloads/mprotect.ts";

/** What kernel paths run on: x86 with or without INVLPGB unless another architecture is given. */
export interface EnvironmentOptions extends LinuxOptions {
  invlpgb?: boolean;
  arch?: Arch;
}

/** The environment of a Linux on a machine. */
export function environment(options: EnvironmentOptions = {}): Environment {
  const { invlpgb = false, arch = x86({ invlpgb }), ...system } = options;
  return environmentOf(
    checkScene({
      machine: machine({ arch }),
      linux: linux(system),
      backend: native(),
      workload: mprotect({ bytes: 4096 }),
    }),
  );
}
