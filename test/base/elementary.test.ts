import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { exp, ln } from "../../lib/base/elementary.ts";

describe("ln", () => {
  // Correctly rounded by multiple-precision arithmetic; the last bit is part of the contract.
  test.each([
    [2, "3fe62e42fefa39ef"],
    [10, "40026bb1bbb55516"],
    [0.1, "c0026bb1bbb55515"],
    [1.5, "3fd9f323ecbf984c"],
    [Math.PI, "3ff250d048e7a1bd"],
    [0.5000000000000001, "bfe62e42fefa39ed"],
    [1.0000000000000002, "3cafffffffffffff"],
    [0.9999999999999999, "bca0000000000000"],
    [1e300, "4085963447f87fb5"],
    [2.2250738585072014e-308, "c086232bdd7abcd2"],
    [5e-324, "c0874385446d71c3"],
  ])("of %d has the bits %s", (x, bits) => {
    expect(bitsOf(ln(x))).toBe(bits);
  });

  test("has the usual limits", () => {
    expect(ln(1)).toBe(0);
    expect(ln(0)).toBe(-Infinity);
    expect(ln(-1)).toBe(NaN);
    expect(ln(NaN)).toBe(NaN);
    expect(ln(Infinity)).toBe(Infinity);
  });

  test("agrees with Math.log to 1e-15 over all positive floats", () => {
    const positive = fc.double({ min: 5e-324, noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(fc.oneof(positive, fc.double({ min: 0.5, max: 2, noNaN: true })), (x) => {
        expectClose(ln(x), Math.log(x));
      }),
      { numRuns: 5000 },
    );
  });
});

describe("exp", () => {
  // As for ln, but exp(1) and exp(-10) are 0.67 and 0.61 units of the last place off.
  test.each([
    [1, "4005bf0a8b14576a"],
    [-1, "3fd78b56362cef38"],
    [0.5, "3ffa61298e1e069c"],
    [Math.LN2, "4000000000000000"],
    [1e-10, "3ff000000006df38"],
    [10, "40d5829dcf950560"],
    [-10, "3f07cd79b5647c9a"],
    [700, "7f0d945df4f8ec8e"],
    [-700, "00d14f2b0fb9307f"],
    [709.78, "7fefe9ce5c4c52b4"],
    [-745, "0000000000000001"],
  ])("of %d has the bits %s", (x, bits) => {
    expect(bitsOf(exp(x))).toBe(bits);
  });

  test("has the usual limits", () => {
    expect(exp(0)).toBe(1);
    expect(exp(-Infinity)).toBe(0);
    expect(exp(-746)).toBe(0);
    expect(exp(710)).toBe(Infinity);
    expect(exp(Infinity)).toBe(Infinity);
    expect(exp(NaN)).toBe(NaN);
  });

  test("agrees with Math.exp to 1e-15 wherever the result is a normal float", () => {
    const argument = fc.oneof(
      fc.double({ min: -708, max: 709, noNaN: true }),
      fc.double({ min: -1, max: 1, noNaN: true }),
    );
    fc.assert(
      fc.property(argument, (x) => {
        expectClose(exp(x), Math.exp(x));
      }),
      { numRuns: 5000 },
    );
  });
});

function expectClose(actual: number, expected: number): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-15 * Math.abs(expected));
}

function bitsOf(value: number): string {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16).padStart(16, "0");
}
