import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson, digestOf, sha256Hex } from "../../lib/base/canonical.ts";

describe("canonicalJson", () => {
  test("sorts keys at every depth and writes no white space", () => {
    expect(canonicalJson({ b: [{ z: 1, a: 2 }], a: "x", B: true, 10: null })).toBe(
      '{"10":null,"B":true,"a":"x","b":[{"a":2,"z":1}]}',
    );
  });

  test("leaves out undefined properties and writes -0 as 0", () => {
    expect(canonicalJson({ a: undefined, b: -0 })).toBe('{"b":0}');
    expect(canonicalJson([])).toBe("[]");
    expect(canonicalJson({})).toBe("{}");
  });

  test("writes class instances by their own properties and typed arrays as arrays", () => {
    class Point {
      readonly y = 2;
      readonly x = 1;
      length(): number {
        return 3;
      }
      toJSON(): string {
        return "not used";
      }
    }
    expect(canonicalJson(new Point())).toBe('{"x":1,"y":2}');
    expect(canonicalJson({ words: Uint32Array.of(1, 4294967295) })).toBe(
      '{"words":[1,4294967295]}',
    );
    expect(canonicalJson(Object.create(null))).toBe("{}");
  });

  test("writes a value that occurs twice twice", () => {
    const shared = { a: 1 };
    expect(canonicalJson([shared, shared])).toBe('[{"a":1},{"a":1}]');
  });

  test("refuses what JSON cannot hold, and names the path", () => {
    expect(() => canonicalJson({ machine: { costs: [0, { ns: NaN }] } })).toThrow(
      "SD001: invalid machine.costs[1].ns: NaN (expected a finite number)",
    );
    expect(() => canonicalJson({ "a b": { c: Infinity } })).toThrow(
      'SD001: invalid ["a b"].c: Infinity (expected a finite number)',
    );
    expect(() => canonicalJson({ call: () => 1 })).toThrow(
      "SD001: invalid call: function call (expected plain data)",
    );
    expect(() => canonicalJson([1, undefined])).toThrow("SD001: invalid [1]: undefined");
    expect(() => canonicalJson(undefined)).toThrow("SD001: invalid value: undefined");
    expect(() => canonicalJson({ n: 1n })).toThrow("SD001: invalid n: 1n");
    expect(() => canonicalJson({ s: Symbol("x") })).toThrow("SD001: invalid s: Symbol(x)");
    expect(() => canonicalJson(BigInt64Array.of(5n))).toThrow("SD001: invalid [0]: 5n");
  });

  test("refuses objects that keep their data elsewhere", () => {
    const values = [new Map(), new Set(), new Date(0), /x/, new ArrayBuffer(1), new Error("x")];
    for (const value of [...values, new DataView(new ArrayBuffer(1))]) {
      expect(() => canonicalJson({ value })).toThrow(/^SD001: invalid value: .*plain data\)$/);
    }
  });

  test("refuses cycles, and names the path", () => {
    const loop: Record<string, unknown> = { a: [{}] };
    (loop.a as unknown[])[0] = loop;
    expect(() => canonicalJson(loop)).toThrow(
      'SD001: invalid a[0]: "a cycle" (expected plain data without cycles)',
    );
  });

  test("is JSON that reads back as the same data, in any order of keys", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(JSON.parse(text))).toBe(text);
        expect(canonicalJson(reversed(value))).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe("digests", () => {
  test("are SHA-256 in hexadecimal", () => {
    expect(sha256Hex("abc")).toBe(
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    );
    expect(sha256Hex("…")).toBe(sha256Hex("\u2026"));
  });

  test("are equal for equal data", () => {
    expect(digestOf({ a: 1, b: 2 })).toBe(digestOf({ b: 2, a: 1, c: undefined }));
    expect(digestOf({ a: 1, b: 2 })).toBe(
      "43258cff783fe7036d8a43033f830adfc60ec037382473548ac742b888292777",
    );
  });
});

/** The same data with the keys of every object in reverse order. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).reverse();
  return Object.fromEntries(entries.map(([key, item]) => [key, reversed(item)]));
}
