import fc from "fast-check";
import { expect, test } from "vitest";
import { explore } from "../../lib/explorer/explore.ts";
import { outcomesOf } from "./outcomes.ts";
import { randomSystem } from "./randomSystems.ts";

const PROGRAMS = 2_000;
/** Larger systems are passed over: others are drawn in their place. */
const MOST_STATES = 1_500;

const PLAIN = { merging: false, symmetry: false };
const REDUCTIONS = [
  { merging: true, symmetry: false },
  { merging: false, symmetry: true },
  { merging: true, symmetry: true },
];

test(`${PROGRAMS} random systems have the same verdicts with and without reductions`, () => {
  const outcomes = { holds: 0, violated: 0, undecided: 0 };
  let reduced = 0;
  const property = fc.property(randomSystem, (spec) => {
    const plain = explore(spec, { ...PLAIN, maxStates: MOST_STATES });
    fc.pre(plain.outcome !== "undecided");
    outcomes[plain.outcome]++;
    for (const options of REDUCTIONS) {
      const one = explore(spec, options);
      expect([options, one.outcome]).toEqual([options, plain.outcome]);
      if (one.states < plain.states) reduced++;
    }
  });
  fc.assert(property, { numRuns: PROGRAMS, seed: 20_260_202 });
  expect(outcomes.holds).toBeGreaterThan(PROGRAMS / 5);
  expect(outcomes.violated).toBeGreaterThan(PROGRAMS / 5);
  expect(reduced).toBeGreaterThan(PROGRAMS);
}, 300_000);

test(`${PROGRAMS} random systems end in the same ways with and without reductions`, () => {
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
  fc.assert(property, { numRuns: PROGRAMS, seed: 24_042_026 });
  expect(ends).toBeGreaterThan(PROGRAMS);
}, 300_000);
