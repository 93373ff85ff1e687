/** Every interleaving of some programs: the entry of the explorer. */
import { checkBoolean, checkInteger, checkKeys, checkOneOf } from "../base/check.ts";
import { missing } from "../base/messages.ts";
import { GiB, MiB } from "../base/units.ts";
import { scheduleListing } from "./listing.ts";
import type { Schedule } from "./schedule.ts";
import { replay, scheduleOf } from "./schedule.ts";
import type { SearchResult, SearchSteps } from "./search.ts";
import { searchSteps } from "./search.ts";
import type { SearchOptions } from "./searchOptions.ts";
import type { System, SystemSpec } from "./system.ts";
import { compileSystem, MAX_WINDOW } from "./system.ts";
import type { Cap, Violation, Witnesses } from "./verdictData.ts";

/** How a search is reduced and bounded. */
export interface ExploreOptions {
  /** Register steps are taken at once, and loops over masks in any order. Default true. */
  merging?: boolean;
  /** States that differ in the names of equal CPUs count once. Default true. */
  symmetry?: boolean;
  /** Default 10 million. */
  maxStates?: number;
  /** Bytes of states, parents, marks and index, never more at any time. Default 1 GiB. */
  maxBytes?: number;
}

/** Memory models that can be explored. */
export const MEMORY_MODELS = ["sc", "x86-tso", "weak"] as const;

/** What an exploration found. */
export class Exploration {
  /** `undecided`: a bound was reached before every state was seen. */
  readonly outcome: "holds" | "violated" | "undecided";
  readonly violation: Violation | undefined;
  readonly states: number;
  readonly transitions: number;
  /** Steps to the violation, or to the state that is furthest away. */
  readonly depth: number;
  /** Bytes of all states, with parents and index. */
  readonly bytes: number;
  /** Which bound of the budget was reached; undefined unless undecided. */
  readonly cap: Cap | undefined;
  /** Some store buffer or window was full: with a larger one, more could happen. */
  readonly isBounded: boolean;
  /** What happened at least once; where nothing did, the verdict says nothing. */
  readonly witnesses: Readonly<Witnesses>;
  private readonly system: System;
  private readonly found: Schedule | undefined;

  constructor(system: System, options: SearchOptions, result: SearchResult) {
    this.system = system;
    this.outcome = result.outcome;
    this.violation = result.violation;
    this.states = result.states;
    this.transitions = result.transitions;
    this.depth = result.depth;
    this.bytes = result.bytes;
    this.cap = result.cap;
    this.isBounded = result.isBounded;
    this.witnesses = result.witnesses;
    this.found = result.violating < 0 ? undefined : scheduleOf(system, result, options);
  }

  /** A shortest schedule to the violation; undefined where there is none. */
  schedule(): Schedule | undefined {
    return this.found;
  }

  /** The same as text, one column a CPU. */
  listing(): string | undefined {
    return this.found === undefined ? undefined : scheduleListing(this.system, this.found);
  }
}

/**
 * Explores every interleaving of a system's programs under its memory model. Throws SD001–SD003 for
 * wrong options, SD005 for more than 8 CPUs or more values than fit, SD007 for a program that
 * cannot be explored.
 */
export function explore(spec: SystemSpec, options: ExploreOptions = {}): Exploration {
  const steps = exploreSteps(spec, options);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** The same in slices: the caller says after each whether to go on, or why not. */
export function* exploreSteps(
  spec: SystemSpec,
  options: ExploreOptions = {},
): SearchSteps<Exploration> {
  checkKeys("explore", options, ["merging", "symmetry", "maxStates", "maxBytes"]);
  const { merging = true, symmetry = true, maxStates = 1e7, maxBytes = GiB(1) } = options;
  const checked = {
    merging: checkBoolean("merging", merging),
    symmetry: checkBoolean("symmetry", symmetry),
    maxStates: checkInteger("maxStates", maxStates, 1, 1e9),
    maxBytes: checkInteger("maxBytes", maxBytes, LEAST_BYTES, GiB(1024)),
  };
  const system = checkedSystem(spec);
  return new Exploration(system, checked, yield* searchSteps(system, checked));
}

/** What the smallest search takes. */
const LEAST_BYTES = MiB(4);

/** A schedule that was followed again. */
export interface Replay {
  readonly schedule: Schedule;
  /** One column a CPU, like a litmus test. */
  readonly listing: string;
}

/** Follows a schedule by its text. Throws SD006 for a wrong one. */
export function replaySchedule(spec: SystemSpec, text: string): Replay {
  const system = checkedSystem(spec);
  const schedule = replay(system, text);
  return { schedule, listing: scheduleListing(system, schedule) };
}

function checkedSystem(spec: SystemSpec): System {
  if (spec?.lanes === undefined) throw missing("lanes", "the CPUs of a system");
  checkOneOf("memoryModel", spec.memoryModel, MEMORY_MODELS);
  checkInteger("window", spec.window ?? 8, 1, MAX_WINDOW);
  return compileSystem(spec);
}
