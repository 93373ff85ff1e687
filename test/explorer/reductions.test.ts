import fc from "fast-check";
import { expect, test } from "vitest";
import { explore } from "../../lib/explorer/explore.ts";
import { randomSystem } from "./randomSystems.ts";

const PROGRAMS = 2_000;
/** Larger systems are passed over: others are drawn in their place. */
const MOST_STATES = 4_000;

const REDUCTIONS = [
  { merging: true, symmetry: false },
  { merging: false, symmetry: true },
  { merging: true, symmetry: true },
];

test(`verdicts of ${PROGRAMS} random systems are the same with and without reductions`, () => {
  const outcomes = { holds: 0, violated: 0, undecided: 0 };
  let reduced = 0;
  fc.assert(
    fc.property(randomSystem, (spec) => {
      const plain = explore(spec, { merging: false, symmetry: false, maxStates: MOST_STATES });
      fc.pre(plain.outcome !== "undecided");
      outcomes[plain.outcome]++;
      for (const options of REDUCTIONS) {
        const one = explore(spec, options);
        expect([options, one.outcome]).toEqual([options, plain.outcome]);
        if (one.states < plain.states) reduced++;
      }
    }),
    { numRuns: PROGRAMS, seed: 20_260_202 },
  );
  expect(outcomes.holds).toBeGreaterThan(PROGRAMS / 5);
  expect(outcomes.violated).toBeGreaterThan(PROGRAMS / 5);
  expect(reduced).toBeGreaterThan(PROGRAMS);
}, 300_000);
