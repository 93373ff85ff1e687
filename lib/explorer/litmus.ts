/** Litmus tests: tiny programs, and whether some outcome of them is ever seen. */
import { checkBoolean, checkInteger, checkKeys, checkOneOf } from "../base/check.ts";
import { tooLarge } from "../base/messages.ts";
import { isFinished } from "./expand.ts";
import { MEMORY_MODELS } from "./explore.ts";
import { litmusSystem, locationsOf } from "./litmusPrograms.ts";
import type { LitmusClause, LitmusTest } from "./litmusTest.ts";
import { parseLitmus } from "./litmusText.ts";
import { search } from "./search.ts";
import { ExplorerState } from "./state.ts";
import type { MemoryModel, System } from "./system.ts";
import { compileSystem } from "./system.ts";

/** How a test is run. */
export interface LitmusOptions {
  memoryModel: MemoryModel;
  /** Steps that nobody else can notice are taken at once. Default true. */
  merging?: boolean;
  /** Most states. Default 1 million. */
  maxStates?: number;
}

/** What running a litmus test found. */
export interface LitmusResult {
  readonly name: string;
  readonly memoryModel: MemoryModel;
  /** Whether the outcome that is asked for is ever seen. */
  readonly outcome: "Never" | "Sometimes";
  /** All final states: registers and locations with their values, sorted. */
  readonly finals: readonly string[];
  /** States that were explored. */
  readonly states: number;
}

/**
 * Runs a litmus test, given as data or as text (see litmusText.ts). Throws SD002 and SD003 for
 * wrong options, SD006 for text that is no test, SD005 for a test with more states than allowed.
 */
export function litmus(test: LitmusTest | string, options: LitmusOptions): LitmusResult {
  checkKeys("litmus", options, ["memoryModel", "merging", "maxStates"]);
  const memoryModel = checkOneOf("memoryModel", options.memoryModel, MEMORY_MODELS);
  const maxStates = checkInteger("maxStates", options.maxStates ?? 1e6, 1, 1e9);
  const merging = checkBoolean("merging", options.merging ?? true);
  const parsed = typeof test === "string" ? parseLitmus(test) : test;
  const system = compileSystem(litmusSystem(parsed, memoryModel));
  const found = search(system, {
    merging,
    symmetry: false,
    maxStates,
    maxBytes: Number.MAX_SAFE_INTEGER,
  });
  if (found.outcome === "undecided") {
    throw tooLarge(`states of ${parsed.name}`, found.states, `at most ${maxStates}`);
  }
  const s = new ExplorerState(system, { merging, symmetry: false });
  const finals = new Set<string>();
  let isSeen = false;
  for (let i = 0; i < found.table.count; i++) {
    found.table.read(i, s.words);
    if (!isFinished(s) || isUnderWay(s)) continue;
    const final = finalOf(s, system, parsed);
    finals.add(
      Object.entries(final)
        .map(([name, value]) => `${name}=${value}`)
        .join("; "),
    );
    isSeen ||= parsed.exists.every((one) => final[nameOf(one)] === one.value);
  }
  return {
    name: parsed.name,
    memoryModel,
    outcome: isSeen ? "Sometimes" : "Never",
    finals: [...finals].sort(),
    states: found.states,
  };
}

function isUnderWay(s: ExplorerState): boolean {
  return s.fields.lanes.some((_, lane) => s.runsAhead(lane));
}

function nameOf({ thread, name }: LitmusClause): string {
  return thread === undefined ? name : `${thread}:${name}`;
}

/** Registers by `thread:name`, and locations by name. */
function finalOf(s: ExplorerState, system: System, test: LitmusTest): Record<string, number> {
  const final: Record<string, number> = {};
  const value = (field: number): number => system.code.dictionary.values[s.get(field)]!;
  test.threads.forEach((_, thread) => {
    system.spec.variables.forEach(({ name, scope }, i) => {
      if (scope !== "cpu" || !name.startsWith(`${thread}:`)) return;
      final[name] = value(s.fields.lanes[thread]!.variables[i]!);
    });
  });
  const memory = s.fields.variables[0]!;
  locationsOf(test).forEach((name, i) => {
    final[name] = value(memory + i);
  });
  return final;
}
