import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson } from "../../lib/base/canonical.ts";
import { LogHistogram } from "../../lib/base/histogram.ts";

function recorded(values: readonly number[]): LogHistogram {
  const histogram = new LogHistogram();
  for (const value of values) histogram.record(value);
  return histogram;
}

describe("an empty histogram", () => {
  test("has no values to speak of", () => {
    const empty = new LogHistogram();
    expect(empty.count).toBe(0);
    expect(empty.sum).toBe(0n);
    expect([empty.min, empty.max, empty.mean, empty.quantile(0.5)]).toEqual([NaN, NaN, NaN, NaN]);
    expect(empty.buckets()).toEqual([]);
    expect(empty.toData()).toEqual({ min: 0, max: 0, sum: "0", buckets: [] });
  });

  test("stays empty when something is recorded zero times", () => {
    const histogram = new LogHistogram();
    histogram.record(7, 0);
    expect(histogram.toData()).toEqual({ min: 0, max: 0, sum: "0", buckets: [] });
  });
});

describe("a histogram", () => {
  test("is exact below 32", () => {
    const histogram = recorded([0, 1, 31, 31]);
    expect(histogram.buckets()).toEqual([
      { lo: 0, hi: 0, count: 1 },
      { lo: 1, hi: 1, count: 1 },
      { lo: 31, hi: 31, count: 2 },
    ]);
    expect(histogram.quantile(0.5)).toBe(1);
  });

  test("has sixteen buckets for each doubling from 32 on", () => {
    const histogram = recorded([32, 33, 34, 63, 64, 1000, 1_000_000]);
    expect(histogram.buckets()).toEqual([
      { lo: 32, hi: 33, count: 2 },
      { lo: 34, hi: 35, count: 1 },
      { lo: 62, hi: 63, count: 1 },
      { lo: 64, hi: 67, count: 1 },
      { lo: 992, hi: 1023, count: 1 },
      { lo: 983040, hi: 1015807, count: 1 },
    ]);
  });

  test("covers all integers up to 2^53-1", () => {
    const histogram = recorded([4294967295, 4294967296, 9007199254740991]);
    expect(histogram.buckets()).toEqual([
      { lo: 4160749568, hi: 4294967295, count: 1 },
      { lo: 4294967296, hi: 4563402751, count: 1 },
      { lo: 8725724278030336, hi: 9007199254740991, count: 1 },
    ]);
  });

  test("knows count, ends and mean exactly", () => {
    const histogram = recorded([100, 101, 1000]);
    histogram.record(50, 7);
    expect(histogram.count).toBe(10);
    expect(histogram.min).toBe(50);
    expect(histogram.max).toBe(1000);
    expect(histogram.mean).toBe(155.1);
  });

  test("keeps an exact sum beyond 2^53", () => {
    const histogram = new LogHistogram();
    histogram.record(9007199254740991);
    histogram.record(9007199254740991, 1001);
    histogram.record(1, 2);
    expect(histogram.sum).toBe(9025213653250472984n);
    expect(histogram.mean).toBe(Number(9025213653250472984n) / 1004);
  });

  test("answers the ends of the quantiles exactly", () => {
    const histogram = recorded([1000, 2000, 3001]);
    expect(histogram.quantile(0)).toBe(1000);
    expect(histogram.quantile(1)).toBe(3001);
    expect(histogram.quantile(0.5)).toBe(2015); // the middle of 1984…2047
  });

  test("refuses what is no integer 0…2^53-1", () => {
    const histogram = new LogHistogram();
    for (const value of [-1, 0.5, 4294967296.5, 9007199254740992, NaN, Infinity]) {
      expect(() => histogram.record(value)).toThrow("SD001: invalid recorded value");
    }
    expect(() => histogram.record(1, -1)).toThrow("SD001: invalid count: -1");
    expect(() => histogram.record(1, 0.5)).toThrow("SD001: invalid count: 0.5");
    expect(() => histogram.quantile(1.1)).toThrow("SD001: invalid quantile: 1.1 (expected 0…1)");
    expect(histogram.count).toBe(0);
  });
});

const value = fc.oneof(
  fc.nat(40),
  fc.nat(100_000),
  fc.nat(0xffffffff),
  fc.maxSafeNat(),
  fc.constantFrom(31, 32, 33, 4294967295, 4294967296, 9007199254740991),
);
const values = fc.array(value, { minLength: 1, maxLength: 60 });

describe("any histogram", () => {
  test("has quantiles within 1/32 of those of the sorted values", () => {
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (list, q) => {
        const sorted = [...list].sort((a, b) => a - b);
        const exact = sorted[Math.max(1, Math.ceil(q * list.length)) - 1]!;
        const estimate = recorded(list).quantile(q);
        expect(Math.abs(estimate - exact)).toBeLessThanOrEqual(exact / 32);
        if (exact < 32) expect(estimate).toBe(exact);
      }),
      { numRuns: 500 },
    );
  });

  test("counts each value in a bucket around it, at most 1/16 as wide as its start", () => {
    fc.assert(
      fc.property(value, (single) => {
        const [bucket] = recorded([single]).buckets();
        expect(bucket!.lo).toBeLessThanOrEqual(single);
        expect(bucket!.hi).toBeGreaterThanOrEqual(single);
        expect(bucket!.hi - bucket!.lo).toBeLessThanOrEqual(bucket!.lo / 16);
      }),
      { numRuns: 500 },
    );
  });

  test("has the exact sum, minimum and maximum", () => {
    fc.assert(
      fc.property(values, (list) => {
        const histogram = recorded(list);
        expect(histogram.sum).toBe(list.reduce((sum, item) => sum + BigInt(item), 0n));
        expect(histogram.min).toBe(Math.min(...list));
        expect(histogram.max).toBe(Math.max(...list));
      }),
    );
  });

  test("merges to the histogram of both sequences", () => {
    fc.assert(
      fc.property(fc.array(value), fc.array(value), (a, b) => {
        const merged = recorded(a).merge(recorded(b));
        expect(merged.toData()).toEqual(recorded([...a, ...b]).toData());
      }),
    );
  });

  test("survives JSON, and goes on from there", () => {
    fc.assert(
      fc.property(fc.array(value), value, (list, more) => {
        const histogram = recorded(list);
        const copy = LogHistogram.fromData(JSON.parse(canonicalJson(histogram.toData())));
        expect(copy.toData()).toEqual(histogram.toData());
        copy.record(more);
        histogram.record(more);
        expect(copy.toData()).toEqual(histogram.toData());
        expect(copy.mean).toBe(histogram.mean);
      }),
    );
  });
});

describe("histogram data", () => {
  const good = recorded([5, 40, 41]).toData();

  test("is sparse and readable", () => {
    expect(good).toEqual({
      min: 5,
      max: 41,
      sum: "86",
      buckets: [
        [5, 1],
        [40, 2],
      ],
    });
  });

  test.each([
    [
      {
        ...good,
        buckets: [
          [5, 1],
          [41, 2],
        ] as const,
      },
      "SD001: invalid bucket: 41",
    ],
    [
      {
        ...good,
        buckets: [
          [5, 1],
          [40, 0],
        ] as const,
      },
      "SD001: invalid bucket count: 0",
    ],
    [{ ...good, buckets: 3 as never }, "SD001: invalid buckets: 3"],
    [{ ...good, min: 6 }, "SD001: invalid histogram min: 6 (expected 5…5)"],
    [{ ...good, max: 42 }, "SD001: invalid histogram max: 42 (expected 40…41)"],
    [{ ...good, sum: "x" }, 'SD001: invalid histogram sum: "x" (expected decimal digits)'],
    [{ ...good, sum: "14" }, "(expected the sum of 3 values 5…41)"],
    [{ ...good, sum: "124" }, "(expected the sum of 3 values 5…41)"],
    [{ ...good, sums: "86" }, "SD002: unknown histogram data option"],
    [{ min: 0, max: 0, sum: "1", buckets: [] }, "SD001: invalid histogram sum"],
  ])("that cannot be a histogram is refused: %j", (data, message) => {
    expect(() => LogHistogram.fromData(data)).toThrow(message);
  });
});
