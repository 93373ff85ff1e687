import { expect, test } from "vitest";
import { meanInterval, t975 } from "../../lib/base/studentT.ts";

test("quantiles are those of the tables, and run into the normal distribution", () => {
  // NIST/SEMATECH e-Handbook of Statistical Methods, table of the t distribution.
  const table: Readonly<Record<number, number>> = {
    1: 12.706,
    2: 4.303,
    4: 2.776,
    10: 2.228,
    30: 2.042,
    31: 2.04,
    40: 2.021,
    60: 2,
    100: 1.984,
  };
  for (const [degrees, quantile] of Object.entries(table)) {
    expect(t975(Number(degrees))).toBeCloseTo(quantile, 3);
  }
  expect(t975(1e9)).toBeCloseTo(1.959964, 6);
  for (let degrees = 1; degrees < 200; degrees++) {
    expect(t975(degrees)).toBeGreaterThan(t975(degrees + 1));
  }
  expect(() => t975(0)).toThrow(/^SD001: invalid degrees of freedom: 0/);
});

test("an interval needs two samples, and none when they are equal", () => {
  expect(meanInterval([])).toEqual({ count: 0, mean: null, half: null });
  expect(meanInterval([7])).toEqual({ count: 1, mean: 7, half: null });
  expect(meanInterval([7, 7, 7])).toEqual({ count: 3, mean: 7, half: 0 });
  const { mean, half } = meanInterval([1, 2, 3, 4, 5]);
  expect(mean).toBe(3);
  expect(half).toBeCloseTo(2.776445 * Math.sqrt(2.5 / 5), 6);
});
