/** Breadth-first search of all states: the first violation found is one of the shortest. */

import { Expansion, isFinished, isMistaken } from "./expand.ts";
import { writeInitial } from "./initial.ts";
import { settle } from "./merging.ts";
import type { SearchOptions } from "./searchOptions.ts";
import { ExplorerState } from "./state.ts";
import { StateTable } from "./stateTable.ts";
import { canonicalise } from "./symmetry.ts";
import type { System } from "./system.ts";
import type { Violation, Witnesses } from "./verdictData.ts";

/** What a search found. */
export interface SearchResult {
  /** `undecided`: a bound was reached before all states were seen. */
  readonly outcome: "holds" | "violated" | "undecided";
  readonly violation: Violation | undefined;
  readonly states: number;
  readonly transitions: number;
  /** Steps from the first state to the deepest one, or to the violation. */
  readonly depth: number;
  readonly bytes: number;
  readonly witnesses: Witnesses;
  /** The state in which the next step violates, and the table that it is in. */
  readonly violating: number;
  readonly table: StateTable;
}

/** Searches every state of a system. */
export function search(system: System, options: SearchOptions): SearchResult {
  const s = new ExplorerState(system, options);
  const { words } = s;
  const table = new StateTable(s.fields.table);
  let transitions = 0;
  let current = -1;
  const add = (): void => {
    transitions++;
    if (options.symmetry) canonicalise(words, system, s.fields);
    table.add(words, current);
  };
  const expansion = new Expansion(s, add);
  writeInitial(s);
  settle(s);
  add();
  transitions = 0;
  let outcome: SearchResult["outcome"] = "holds";
  let violation: Violation | undefined;
  for (current = 0; current < table.count; current++) {
    table.read(current, words);
    const before = transitions;
    expansion.expand();
    violation = s.violation;
    if (violation === undefined && transitions === before) {
      table.read(current, words);
      if (!isFinished(s) && !isMistaken(s)) violation = { property: "P-LIVE", lane: -1, table: -1 };
    }
    if (violation !== undefined) {
      outcome = "violated";
      break;
    }
    if (table.count > options.maxStates || table.bytes > options.maxBytes) {
      outcome = "undecided";
      break;
    }
  }
  const violating = outcome === "violated" ? current : -1;
  return {
    outcome,
    violation,
    states: table.count,
    transitions,
    depth: depthOf(table, violating < 0 ? table.count - 1 : violating) + (violating < 0 ? 0 : 1),
    bytes: table.bytes,
    witnesses: s.witnesses,
    violating,
    table,
  };
}

function depthOf(table: StateTable, state: number): number {
  let depth = 0;
  for (let at = state; at > 0; at = table.parentOf(at)) depth++;
  return depth;
}
