/** What must hold of random programs, for as many of them as one likes. */
import fc from "fast-check";
import { expect } from "vitest";
import { explore } from "../../lib/explorer/explore.ts";
import { litmus } from "../../lib/explorer/litmus.ts";
import type { LitmusTest } from "../../lib/explorer/litmusTest.ts";
import type { MemoryModel, SystemSpec } from "../../lib/explorer/system.ts";
import { axiomaticFinals } from "./axioms.ts";
import { eagerRun, marked } from "./eagerRuns.ts";
import { leavesGraphAt } from "./following.ts";
import { outcomesOf } from "./outcomes.ts";
import { allTests, simpleTests } from "./randomLitmus.ts";
import { randomSystem } from "./randomSystems.ts";
import { randomThreads } from "./randomThreads.ts";

/** Larger systems are passed over: others are drawn in their place. */
const MOST_STATES = 1_500;

const PLAIN = { merging: false, symmetry: false };
const REDUCTIONS = [
  { merging: true, symmetry: false },
  { merging: false, symmetry: true },
  { merging: true, symmetry: true },
];

/** The same systems under the weak model, which keeps no translations. */
const weakSystem: fc.Arbitrary<SystemSpec> = randomSystem.map(
  ({ hardwareWalkers: _, tableEntry: __, ...spec }) => {
    return { ...spec, memoryModel: "weak", window: 6 };
  },
);

/** Random systems have the same verdicts with and without each reduction, and both. */
export function expectSameVerdicts(programs: number, model: "strong" | "weak"): void {
  const outcomes = { holds: 0, violated: 0, undecided: 0 };
  let reduced = 0;
  const property = fc.property(model === "weak" ? weakSystem : randomSystem, (spec) => {
    const plain = explore(spec, { ...PLAIN, maxStates: MOST_STATES });
    fc.pre(plain.outcome !== "undecided");
    outcomes[plain.outcome]++;
    for (const options of REDUCTIONS) {
      const one = explore(spec, options);
      expect([options, one.outcome]).toEqual([options, plain.outcome]);
      if (one.states < plain.states) reduced++;
    }
  });
  fc.assert(property, { numRuns: programs, seed: 20_260_202 });
  // Otherwise the programs were too simple to show anything.
  expect(outcomes.holds).toBeGreaterThan(programs / 5);
  expect(outcomes.violated).toBeGreaterThan(programs / 5);
  expect(reduced).toBeGreaterThan(programs);
}

/** Random systems end in the same ways with and without reductions. */
export function expectSameEnds(programs: number): void {
  let ends = 0;
  const property = fc.property(randomSystem, (spec) => {
    const plain = outcomesOf(spec, PLAIN, MOST_STATES);
    fc.pre(plain !== undefined);
    ends += plain!.ends.size;
    for (const options of REDUCTIONS) {
      const one = outcomesOf(spec, options, MOST_STATES);
      // Behind a violation nothing is promised but that there is one.
      if (plain!.violated.size > 0) expect(one?.violated.size).toBeGreaterThan(0);
      else expect([options, one]).toEqual([options, plain]);
    }
  });
  fc.assert(property, { numRuns: programs, seed: 24_042_026 });
  expect(ends).toBeGreaterThan(programs);
}

function finals(one: LitmusTest, memoryModel: MemoryModel): readonly string[] {
  return litmus(one, { memoryModel }).finals;
}

/** Whatever SC shows x86-TSO shows, and whatever that shows weak shows. */
export function expectMoreBehaviours(programs: number): void {
  const more = { tso: 0, weak: 0 };
  const property = fc.property(allTests, (one) => {
    const [sc, tso, weak] = [finals(one, "sc"), finals(one, "x86-tso"), finals(one, "weak")];
    expect(tso).toEqual(expect.arrayContaining([...sc]));
    expect(weak).toEqual(expect.arrayContaining([...tso]));
    if (tso.length > sc.length) more.tso++;
    if (weak.length > tso.length) more.weak++;
  });
  fc.assert(property, { numRuns: programs, seed: 1 });
  // Otherwise the programs were too simple to tell the models apart.
  expect(more.tso).toBeGreaterThan(programs / 75);
  expect(more.weak).toBeGreaterThan(programs / 20);
}

/** Final states without merging; undefined where there are too many states. */
function plainFinals(one: LitmusTest, memoryModel: MemoryModel): readonly string[] | undefined {
  try {
    return litmus(one, { memoryModel, merging: false, maxStates: 4 * MOST_STATES }).finals;
  } catch (error) {
    expect(String(error)).toContain("SD005");
    return undefined;
  }
}

/** Merging changes no final state under any model. */
export function expectMergedFinals(programs: number): void {
  const property = fc.property(allTests, (one) => {
    const models = ["sc", "x86-tso", "weak"] as const;
    const plain = models.map((model) => plainFinals(one, model));
    fc.pre(!plain.includes(undefined));
    expect(models.map((model) => finals(one, model))).toEqual(plain);
  });
  fc.assert(property, { numRuns: programs, seed: 2 });
}

/** Without atomics, weak shows exactly what the axioms of Arm's model allow. */
export function expectAxiomaticFinals(programs: number): void {
  const property = fc.property(simpleTests, (one) => {
    expect(finals(one, "weak")).toEqual(axiomaticFinals(one));
  });
  fc.assert(property, { numRuns: programs, seed: 3 });
}

/** Costs of a run, ns, and the seed of its chances. */
export const costs: fc.Arbitrary<number[]> = fc.array(fc.integer({ min: 1, max: 60 }), {
  minLength: 1,
  maxLength: 7,
});
/** The seed of a run. */
export const seeds: fc.Arbitrary<number> = fc.integer({ min: 1, max: 1e6 });

/** Whatever a timed run of a random system does is a path of the explorer's graph. */
export function expectPaths(programs: number): void {
  let interrupts = 0;
  const property = fc.property(randomThreads, costs, seeds, (plain, table, seed) => {
    const spec = marked(plain);
    const events = eagerRun(spec, { costs: table, seed });
    interrupts += events.filter(({ what }) => what === "enters").length;
    expect([leavesGraphAt(spec, events), events.length]).toEqual([-1, events.length]);
  });
  fc.assert(property, { numRuns: programs, seed: 4 });
  expect(interrupts).toBeGreaterThan(programs / 2);
}
