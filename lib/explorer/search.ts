/** Breadth-first search of all states: the first violation found is one of the shortest. */

import { throwIfInterrupted } from "../base/cellHost.ts";
import { Expansion, isFinished, isMistaken } from "./expand.ts";
import { writeInitial } from "./initial.ts";
import { settle } from "./merging.ts";
import { Progress } from "./progress.ts";
import type { SearchOptions } from "./searchOptions.ts";
import { ExplorerState } from "./state.ts";
import { StateTable } from "./stateTable.ts";
import { canonicalise } from "./symmetry.ts";
import type { System } from "./system.ts";
import type { Cap, Violation, Witnesses } from "./verdictData.ts";
import { Ways } from "./ways.ts";

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
  /** What made the search give up; undefined unless it is undecided. */
  readonly cap: Cap | undefined;
  /** Some CPU could have held back more stores, or fetched more ahead, than the bound allows. */
  readonly isBounded: boolean;
  readonly witnesses: Witnesses;
  /** The state in which the next step violates, and the table that it is in. */
  readonly violating: number;
  readonly table: StateTable;
}

/** P-LIVE is violated; it is about all CPUs and no page table. */
export const NEVER_ENDS: Violation = { property: "P-LIVE", lane: -1, table: -1 };

/** How far a search is. */
export interface SearchProgress {
  readonly states: number;
  /** Those whose successors are known. */
  readonly expanded: number;
  readonly transitions: number;
  readonly bytes: number;
}

/** A search in slices: it goes on when it is asked, or gives up for the reason it is given. */
export type SearchSteps<T = SearchResult> = Generator<SearchProgress, T, Cap | undefined>;

/** Searches every state of a system. */
export function search(system: System, options: SearchOptions): SearchResult {
  const steps = searchSteps(system, options);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    throwIfInterrupted();
  }
}

/** The same in slices. */
export function* searchSteps(system: System, options: SearchOptions): SearchSteps {
  const s = new ExplorerState(system, options);
  writeInitial(s);
  settle(s);
  const one = new Search(s, options);
  yield* one.run();
  const { table, transitions, outcome, violation, violating, cap } = one;
  const last = violating < 0 ? table.count - 1 : violating;
  return {
    outcome,
    violation,
    states: table.count,
    transitions,
    depth: depthOf(table, last) + (violating < 0 || violation === NEVER_ENDS ? 0 : 1),
    bytes: table.bytes,
    cap,
    isBounded: s.isBounded,
    witnesses: s.witnesses,
    violating,
    table,
  };
}

/**
 * Whether the threads cannot end any more that have an end: no interleaving brings one of them
 * closer to it. Asked of a state by its words.
 */
export function neverEnds(system: System, options: SearchOptions, words: Int32Array): boolean {
  const s = new ExplorerState(system, options);
  s.words.set(words);
  const one = new Search(s, options);
  return one.isStuck();
}

/** States between two slices of a search. */
const SLICE = 1 << 9;

/** Marks of the table: a way on from the state is known. */
class Search {
  readonly table: StateTable;
  transitions = 0;
  outcome: SearchResult["outcome"] = "holds";
  cap: Cap | undefined;
  violation: Violation | undefined;
  violating = -1;
  private readonly s: ExplorerState;
  private readonly options: SearchOptions;
  private readonly expansion: Expansion;
  private readonly progress: Progress;
  private current = -1;
  private hasAdvanced = false;
  private hasNone = false;
  /** From states whose ways on are not known to their successors, none of which goes on so far. */
  private readonly waysOn: Ways = new Ways();
  /** Successors are new states, or only looked up. */
  private isSecondLook = false;

  /** From the state that `s` is in. */
  constructor(s: ExplorerState, options: SearchOptions) {
    this.s = s;
    this.options = options;
    this.table = new StateTable(s.fields.table, options.maxBytes);
    this.expansion = new Expansion(s, () => this.reach());
    this.progress = new Progress(s);
    if (options.symmetry) canonicalise(s.words, s.system, s.fields);
    this.table.add(s.words, -1);
  }

  *run(): SearchSteps<void> {
    const { table, s } = this;
    for (this.current = 0; this.current < table.count; this.current++) {
      this.expand();
      this.violation = s.violation;
      if (this.violation === undefined && this.isDeadlock()) this.violation = NEVER_ENDS;
      if (this.violation !== undefined) {
        this.outcome = "violated";
        this.violating = this.current;
        return;
      }
      const slice = this.current % SLICE === SLICE - 1 ? yield this.progressNow() : undefined;
      if (this.givesUp(slice ?? this.capNow())) return;
    }
    yield* this.lookForWaits();
  }

  private progressNow(): SearchProgress {
    const { table, current, transitions } = this;
    const { count, bytes } = table;
    return { states: count, expanded: current + 1, transitions, bytes };
  }

  private capNow(): Cap | undefined {
    const { table, options } = this;
    if (table.count > options.maxStates) return "maxStates";
    return table.isFull ? "maxBytes" : undefined;
  }

  private givesUp(cap: Cap | undefined): boolean {
    if (cap === undefined) return false;
    this.outcome = "undecided";
    this.cap = cap;
    return true;
  }

  /** Whether no state that can be reached from the first one comes closer to an end. */
  isStuck(): boolean {
    const { table, s } = this;
    if (isMistaken(s)) return false;
    for (this.current = 0; this.current < table.count; this.current++) {
      this.expand();
      if (s.violation !== undefined || this.table.isMarked(this.current)) return false;
      if (table.count > this.options.maxStates) return false;
    }
    return true;
  }

  private expand(): void {
    const { s, current } = this;
    this.table.read(current, s.words);
    this.progress.begin();
    const before = this.transitions;
    this.hasAdvanced = false;
    this.expansion.expand();
    this.hasNone = this.transitions === before;
    if (!this.hasAdvanced && this.progress.areThreadsAtEnd) {
      this.table.read(current, s.words);
      this.hasAdvanced = this.progress.isFinished();
    }
    if (this.hasAdvanced) this.table.mark(current);
  }

  private isDeadlock(): boolean {
    if (!this.hasNone) return false;
    this.table.read(this.current, this.s.words);
    return !isFinished(this.s) && !isMistaken(this.s);
  }

  /** A successor is complete. */
  private reach(): void {
    const { s } = this;
    this.transitions++;
    if (!this.hasAdvanced) {
      this.hasAdvanced = this.progress.hasAdvanced(this.expansion.label.lane);
    }
    if (this.options.symmetry) canonicalise(s.words, s.system, s.fields);
    const { table, isSecondLook } = this;
    const state = isSecondLook ? table.find(s.words) : table.add(s.words, this.current);
    if (this.hasAdvanced || state < 0) return;
    if (table.isMarked(state)) this.hasAdvanced = true;
    else if (isSecondLook) this.waysOn.add(this.current, state);
  }

  /**
   * A way on from a state is one from its parent, and from every state that leads to it. States
   * without one are expanded again, to learn where they lead; what is left then has none.
   */
  private *lookForWaits(): SearchSteps<void> {
    const { table, transitions, s } = this;
    for (let state = table.count - 1; state > 0; state--) {
      if (table.isMarked(state)) table.mark(table.parentOf(state));
    }
    this.isSecondLook = true;
    for (let state = table.count - 1, looked = 1; state >= 0; state--) {
      if (table.isMarked(state)) continue;
      this.current = state;
      this.expand();
      if (this.waysOn.bytes > this.options.maxBytes - table.bytes) this.cap = "maxBytes";
      const slice = looked++ % SLICE === 0 ? yield this.secondLook(transitions) : undefined;
      if (this.givesUp(slice ?? this.cap)) return;
    }
    this.transitions = transitions;
    this.waysOn.markAll(table);
    for (let state = 0; state < table.count; state++) {
      if (table.isMarked(state)) continue;
      table.read(state, s.words);
      if (isMistaken(s)) continue;
      this.outcome = "violated";
      this.violation = NEVER_ENDS;
      this.violating = state;
      return;
    }
  }

  /** All states are known; their transitions are not counted again. */
  private secondLook(transitions: number): SearchProgress {
    const { count, bytes } = this.table;
    return { states: count, expanded: count, transitions, bytes };
  }
}

function depthOf(table: StateTable, state: number): number {
  let depth = 0;
  for (let at = state; at > 0; at = table.parentOf(at)) depth++;
  return depth;
}
