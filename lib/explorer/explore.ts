/** Every interleaving of some programs: the entry of the explorer. */
import { checkBoolean, checkInteger, checkKeys, checkOneOf } from "../base/check.ts";
import { missing } from "../base/messages.ts";
import { GiB } from "../base/units.ts";
import { scheduleListing } from "./listing.ts";
import type { Schedule } from "./schedule.ts";
import { replay, scheduleOf } from "./schedule.ts";
import { search } from "./search.ts";
import type { SearchOptions } from "./searchOptions.ts";
import type { System, SystemSpec } from "./system.ts";
import { compileSystem } from "./system.ts";
import type { Violation, Witnesses } from "./verdictData.ts";

/** How a search is reduced and bounded. */
export interface ExploreOptions {
  /** Register steps are taken at once, and loops over masks in any order. Default true. */
  merging?: boolean;
  /** States that differ in the names of equal CPUs count once. Default true. */
  symmetry?: boolean;
  /** Default 10 million. */
  maxStates?: number;
  /** Bytes of states, parents and index. Default 1 GiB. */
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
  /** What happened at least once; where nothing did, the verdict says nothing. */
  readonly witnesses: Readonly<Witnesses>;
  private readonly system: System;
  private readonly found: Schedule | undefined;

  constructor(system: System, options: SearchOptions) {
    const result = search(system, options);
    this.system = system;
    this.outcome = result.outcome;
    this.violation = result.violation;
    this.states = result.states;
    this.transitions = result.transitions;
    this.depth = result.depth;
    this.bytes = result.bytes;
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
  checkKeys("explore", options, ["merging", "symmetry", "maxStates", "maxBytes"]);
  const { merging = true, symmetry = true, maxStates = 1e7, maxBytes = GiB(1) } = options;
  return new Exploration(checkedSystem(spec), {
    merging: checkBoolean("merging", merging),
    symmetry: checkBoolean("symmetry", symmetry),
    maxStates: checkInteger("maxStates", maxStates, 1, 1e9),
    maxBytes: checkInteger("maxBytes", maxBytes, 1, GiB(1024)),
  });
}

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
  checkInteger("window", spec.window ?? 8, 1, 16);
  return compileSystem(spec);
}
