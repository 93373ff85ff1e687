/** A small sweep, and what tests ask of its tables. */
import { MiB } from "../../../lib/base/units.ts";
import type { Scene } from "../../../lib/experiments/scene.ts";
import type { Linux } from "../../../lib/policies/linux.ts";
import { linux } from "../../../lib/policies/linux.ts";
import { targeted } from "../../../lib/policies/tableSync/targeted.ts";
import type { ColumnTable } from "../../../lib/tables/frame.ts";
import { collapse } from "../../../lib/workloads/collapse.ts";
import { gupFastHammer } from "../../../lib/workloads/gupFastHammer.ts";
import { together } from "../../../lib/workloads/together.ts";
import { scene } from "../scenes.ts";

const mainline = linux({ release: "7.2" });

/** Two sizes, two policies, three seeds. */
export const axes: {
  readonly cpus: readonly number[];
  readonly linux: { readonly mainline: Linux; readonly targeted: Linux };
  readonly seed: readonly number[];
} = {
  cpus: [8, 16],
  linux: { mainline, targeted: mainline.with({ tableSync: targeted() }) },
  seed: [1, 2, 3],
};

/** A collapse beside walkers, which makes seeds differ. */
export function build(point: {
  readonly cpus: number;
  readonly linux: Scene["linux"];
  readonly seed: number;
}): Scene {
  return {
    machine: scene.machine.withCpus(point.cpus),
    linux: point.linux,
    backend: scene.backend,
    workload: together(collapse({ bytes: MiB(8) }), gupFastHammer({ threads: 3 })),
    seed: point.seed,
  };
}

/** The values of a column. */
export function column(table: ColumnTable, name: string): unknown[] {
  return Array.from(table.array(name) as ArrayLike<unknown>);
}
