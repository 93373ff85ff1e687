/** The columns that say what was run. */
import type { Scene } from "./scene.ts";

/** Columns of a summary row; see the schema `summary`. */
export type SummaryRow = Readonly<Record<string, string | number | null>>;

/** What a scene is called in a table; `label` names the Linux, its policy without one. */
export function sceneColumns(scene: Required<Scene>, label?: string): SummaryRow {
  const { machine, linux, backend, workload, seed } = scene;
  return {
    linux: label ?? linux.tableSync.name,
    table_sync: linux.tableSync.name,
    release: linux.release,
    backend: backend.label(),
    machine: machine.name,
    cpus: machine.cpus,
    workload: String(workload)
      .replace(/^workload /, "")
      .split("\n")
      .join(" "),
    seed,
  };
}
