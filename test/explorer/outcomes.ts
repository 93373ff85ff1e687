/** Every way a system can end: more than a verdict says, to compare searches with. */
import { Expansion, isFinished } from "../../lib/explorer/expand.ts";
import { writeInitial } from "../../lib/explorer/initial.ts";
import { settle } from "../../lib/explorer/merging.ts";
import { OF_FRAME } from "../../lib/explorer/ownership.ts";
import { ExplorerState } from "../../lib/explorer/state.ts";
import { StateTable } from "../../lib/explorer/stateTable.ts";
import { canonicalise } from "../../lib/explorer/symmetry.ts";
import type { SystemSpec } from "../../lib/explorer/system.ts";
import { compileSystem } from "../../lib/explorer/system.ts";

/** What is in memory when nothing can happen any more, and what was violated. */
export interface Outcomes {
  readonly ends: ReadonlySet<string>;
  readonly violated: ReadonlySet<string>;
}

/** Searches on behind violations; undefined when there are more than `most` states. */
export function outcomesOf(
  spec: SystemSpec,
  options: { readonly merging: boolean; readonly symmetry: boolean },
  most: number,
): Outcomes | undefined {
  const system = compileSystem(spec);
  const s = new ExplorerState(system, options);
  const table = new StateTable(s.fields.table);
  const ends = new Set<string>();
  const violated = new Set<string>();
  let successors = 0;
  const expansion = new Expansion(s, () => {
    successors++;
    if (options.symmetry) canonicalise(s.words, system, s.fields);
    table.add(s.words, -1);
  });
  writeInitial(s);
  settle(s);
  table.add(s.words, -1);
  for (let state = 0; state < table.count; state++) {
    table.read(state, s.words);
    successors = 0;
    s.violation = undefined;
    expansion.expand();
    if (s.violation !== undefined) violated.add((s.violation as { property: string }).property);
    else if (successors === 0) ends.add(memoryOf(s));
    if (table.count > most) return undefined;
  }
  return { ends, violated };
}

/**
 * Variables and tables, up to the names of equal CPUs. Where threads are stuck, what a CPU has in
 * variables that only it ever touches is left out: merged steps come as early as they can.
 */
function memoryOf(s: ExplorerState): string {
  const { fields, system } = s;
  const isDone = isFinished(s);
  const number = (field: number, i: number): number =>
    field < 0 || !(isDone || isShared(s, i)) ? 0 : s.get(field);
  const shared = fields.variables.map(number);
  const lanes = fields.lanes.map(({ variables }, lane) => {
    return `${system.groups[lane]}: ${variables.map(number).join(" ")}`;
  });
  return [...shared, s.get(fields.ghosts), ...lanes.sort(), isDone].join("; ");
}

function isShared({ system }: ExplorerState, variable: number): boolean {
  return system.code.instructions.every(
    ({ place }, at) =>
      place?.variable !== variable || system.ownership.every((owned) => owned[at] !== OF_FRAME),
  );
}
