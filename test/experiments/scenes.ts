/** A small scene, and parts to change in it. */
import { native } from "../../lib/backends/backend.ts";
import { MiB } from "../../lib/base/units.ts";
import type { Scene } from "../../lib/experiments/scene.ts";
import { machines } from "../../lib/machine/presets.ts";
import { linux } from "../../lib/policies/linux.ts";
import { collapse } from "../../lib/workloads/collapse.ts";
import { gupFastHammer } from "../../lib/workloads/gupFastHammer.ts";
import { together } from "../../lib/workloads/together.ts";
import type { Workload } from "../../lib/workloads/workload.ts";

/** Four tables collapsed on 8 CPUs by the first of two threads; the other one spins. */
export const scene: Required<Scene> = {
  machine: machines.qemu.withCpus(8),
  linux: linux({ release: "7.2" }),
  backend: native(),
  workload: collapse({ bytes: MiB(8), threads: 2, siblings: "spin" }),
  seed: 1,
};

/** A collapse beside threads that walk the page tables at random times. */
export const besideWalkers: Workload = together(
  collapse({ bytes: MiB(8) }),
  gupFastHammer({ threads: 3, pages: 4 }),
);
