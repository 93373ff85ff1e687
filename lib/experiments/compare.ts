import { checkInteger, checkKeys, checkSeed } from "../base/check.ts";
import { invalid, unknownName } from "../base/messages.ts";
import type { Linux } from "../policies/linux.ts";
import { withBaseline } from "../tables/compare.ts";
import type { ColumnTable } from "../tables/frame.ts";
import { tableFrom } from "../tables/frame.ts";
import type { Scene } from "./scene.ts";
import type { SummaryRow } from "./sceneColumns.ts";
import { simulate } from "./simulate.ts";

/** Everything but the Linux, which is what is compared. */
export interface CompareOptions extends Omit<Scene, "linux"> {
  /** Runs per Linux, with seeds `seed`, `seed` + 1, … Default 1. */
  seeds?: number;
  /** The name that the others are measured against. Default: the first. */
  baseline?: string;
}

/**
 * Runs the same workload under several Linuxes, each with the same seeds, so that differences come
 * from the policies alone. One row a Linux and seed, with the columns of the schema `compare`.
 */
export function compare(
  linuxes: Readonly<Record<string, Linux>>,
  options: CompareOptions,
): ColumnTable {
  const names = checkNames(linuxes);
  checkKeys("compare", options, ["machine", "backend", "workload", "seed", "seeds", "baseline"]);
  const { seed = 1, seeds = 1, baseline = names[0]! } = options;
  checkSeed(seed);
  checkInteger("seeds", seeds, 1, 10_000);
  if (!names.includes(baseline)) throw unknownName("baseline", baseline, names);
  const { machine, backend, workload } = options;
  const rows: SummaryRow[] = [];
  for (const name of names) {
    for (let i = 0; i < seeds; i++) {
      const scene = { machine, backend, workload, linux: linuxes[name]!, seed: seed + i };
      rows.push(simulate(scene).summaryRow(name));
    }
  }
  return withBaseline(tableFrom(rows), { baseline, by: "linux" });
}

function checkNames(linuxes: Readonly<Record<string, Linux>>): string[] {
  if (typeof linuxes !== "object" || linuxes === null) {
    throw invalid("compare", linuxes, "a record of names and values made by sd.linux");
  }
  const names = Object.keys(linuxes);
  if (names.length === 0) throw invalid("compare", linuxes, "at least one named linux");
  return names;
}
