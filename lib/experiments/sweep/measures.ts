/** What is kept of the run of a cell. */
import { schemaOf } from "../../tables/schema.ts";
import type { Run } from "../run.ts";
import type { MeasuredRow } from "../store/outcome.ts";

/** Columns that say what was run; they follow from the plan and are not stored with the row. */
export const SCENE_COLUMNS: readonly string[] = [
  ...["linux", "table_sync", "release", "backend", "machine", "cpus", "workload", "seed"],
];

/** Columns that are measured and stored, in the order of the table. */
export const MEASURES: readonly string[] = [
  ...schemaOf("summary")
    .map(({ name }) => name)
    .filter((name) => !SCENE_COLUMNS.includes(name)),
  "stolen_ns",
  "result_digest",
];

/** Digits of the digest of a result: 64 bits. */
const DIGITS = 16;

/** The stored row of a run. */
export function measuredRow(run: Run): MeasuredRow {
  return {
    ...run.measures(),
    stolen_ns: run.result.stolenNs.reduce((sum, ns) => sum + ns, 0),
    result_digest: run.digest().slice(0, DIGITS),
  };
}
