import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fractionOf, planAxis, scaleSpec, valueAt } from "../../lib/charts/axisPlan.ts";

describe("an axis", () => {
  it("is linear from zero when the values are of one size", () => {
    const plan = planAxis([0.3, 2.1, 1.7]);
    expect(plan).toMatchObject({
      type: "linear",
      domain: [0, 2.5],
      ticks: [0, 0.5, 1, 1.5, 2, 2.5],
    });
  });

  it("is logarithmic when the values span two decades", () => {
    expect(planAxis([5, 40_000])).toMatchObject({ type: "log", base: 10, domain: [5, 40_000] });
    expect(planAxis([5, 40_000]).ticks).toEqual([10, 100, 1000, 10_000]);
  });

  it("has round ticks where powers of two are too large to be round", () => {
    expect(planAxis([4096, 65_536, 1_048_576])).toMatchObject({ type: "log", base: 10 });
    expect(planAxis([4096, 65_536, 1_048_576]).ticks).toEqual([10_000, 100_000, 1_000_000]);
  });

  it("has powers of two as ticks when the values are such", () => {
    const plan = planAxis([4, 16, 64, 256, 1024, 4096]);
    expect(scaleSpec(plan)).toEqual({ type: "log", domain: [4, 4096], nice: false, base: 2 });
    expect(plan.ticks).toEqual([4, 16, 64, 256, 1024, 4096]);
  });

  it("is symlog when zeros or negative values are among wide-spread ones", () => {
    expect(planAxis([0, 31, 41_932_800])).toMatchObject({
      type: "symlog",
      unit: 10,
      ticks: [0, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000],
    });
    expect(planAxis([-300, 2, 900]).ticks).toEqual([-100, -10, -1, 0, 1, 10, 100]);
  });

  it("is what the caller asks for, as far as zeros allow", () => {
    expect(planAxis([1, 1e6], { scale: "linear" }).type).toBe("linear");
    expect(planAxis([1, 2], { scale: "log" }).type).toBe("log");
    expect(planAxis([0, 2], { scale: "log" }).type).toBe("symlog");
    expect(planAxis([0, 0], { scale: "log" }).type).toBe("linear");
  });

  it("contains its values and ticks, and maps places back to values", () => {
    const values = fc.array(fc.double({ min: -1e12, max: 1e12, noNaN: true }), { maxLength: 20 });
    const tidy = values.map((list) => list.map((value) => (Math.abs(value) < 1e-9 ? 0 : value)));
    fc.assert(
      fc.property(tidy, fc.boolean(), fc.boolean(), (list, pad, zero) => {
        const plan = planAxis(list, { pad, zero });
        const [low, high] = plan.domain;
        expect(high).toBeGreaterThan(low);
        const slack = 1e-9 * (high - low);
        for (const value of [...list, ...plan.ticks]) {
          expect(value).toBeGreaterThanOrEqual(low - slack);
          expect(value).toBeLessThanOrEqual(high + slack);
        }
        expect(plan.ticks.length).toBeLessThanOrEqual(20);
        // Values that differ in their last digits only share a place: doubles have no room for more.
        if (high - low < 1e-6 * Math.max(Math.abs(low), Math.abs(high))) return;
        for (const fraction of [0, 0.25, 1]) {
          expect(fractionOf(plan, valueAt(plan, fraction))).toBeCloseTo(fraction, 6);
        }
      }),
      { numRuns: 200 },
    );
  });
});
