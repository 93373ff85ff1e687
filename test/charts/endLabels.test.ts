import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { spread } from "../../lib/charts/endLabels.ts";

describe("labels at the ends of lines", () => {
  it("stay where their lines end when there is room", () => {
    expect(spread([0.75, 0.25, 0.5], 0.125)).toEqual([0.75, 0.25, 0.5]);
  });

  it("move apart evenly when lines end together, the first series on top", () => {
    const [first = 0, second = 0, third = 0] = spread([0.5, 0.5, 0.5], 0.1);
    expect([first, second, third].map((place) => place.toFixed(2))).toEqual([
      "0.60",
      "0.50",
      "0.40",
    ]);
  });

  it("stay inside the plot", () => {
    expect(spread([0, 0], 0.1)).toEqual([0.1, 0]);
    expect(spread([1, 1], 0.1)).toEqual([1, 0.9]);
  });

  it("never overlap and never change their order", () => {
    const ends = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 });
    fc.assert(
      fc.property(ends, (fractions) => {
        const placed = spread(fractions, 0.05);
        for (let a = 0; a < placed.length; a++) {
          for (let b = a + 1; b < placed.length; b++) {
            const [here = 0, there = 0] = [placed[a], placed[b]];
            expect(Math.abs(here - there)).toBeGreaterThan(0.0499);
            if ((fractions[a] ?? 0) < (fractions[b] ?? 0)) expect(here).toBeLessThan(there);
          }
          expect(placed[a]).toBeGreaterThanOrEqual(-1e-12);
          expect(placed[a]).toBeLessThanOrEqual(1 + 1e-12);
        }
      }),
    );
  });
});
