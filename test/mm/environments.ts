/** Environments of kernel paths, as the scenes of real runs make them. */
import { native } from "../../lib/backends/backend.ts";
import { checkScene, environmentOf } from "../../lib/experiments/scene.ts";
import { x86 } from "../../lib/machine/arch.ts";
import { machine } from "../../lib/machine/machine.ts";
import type { Environment } from "../../lib/mm/environment.ts";
import type { LinuxOptions } from "../../lib/policies/linux.ts";
import { linux } from "../../lib/policies/linux.ts";
import { mprotect } from "../../lib/workloads/mprotect.ts";

/** The environment of a Linux on a machine with or without INVLPGB. */
export function environment(options: LinuxOptions & { invlpgb?: boolean } = {}): Environment {
  const { invlpgb = false, ...system } = options;
  return environmentOf(
    checkScene({
      machine: machine({ arch: x86({ invlpgb }) }),
      linux: linux(system),
      backend: native(),
      workload: mprotect({ bytes: 4096 }),
    }),
  );
}
