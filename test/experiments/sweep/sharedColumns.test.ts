import fc from "fast-check";
import { expect, test } from "vitest";
import { SharedColumns } from "../../../lib/experiments/executors/sharedColumns.ts";
import { rowText } from "../../../lib/experiments/store/outcome.ts";
import { MEASURES } from "../../../lib/experiments/sweep/measures.ts";

const numbers = MEASURES.filter((name) => name !== "result_digest");
const anyNumber = fc.oneof(fc.constant(null), fc.double({ noNaN: true, noDefaultInfinity: true }));
const anyDigest = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const anyRow = fc
  .tuple(fc.array(anyNumber, { minLength: numbers.length, maxLength: numbers.length }), anyDigest)
  .map(([values, digest]) => ({
    ...Object.fromEntries(numbers.map((name, i) => [name, values[i]!])),
    result_digest: digest.toString(16).padStart(16, "0"),
  }));

test("rows come back from shared columns with the bytes that they had", () => {
  fc.assert(
    fc.property(fc.array(anyRow, { minLength: 1, maxLength: 8 }), (rows) => {
      const writer = SharedColumns.ofRows(rows.length);
      const reader = new SharedColumns(writer.buffer);
      rows.forEach((row, at) => {
        expect(reader.text(at, "k")).toBeUndefined();
        expect(writer.write(at, row, at / 7)).toBe(true);
      });
      rows.forEach((row, at) => {
        expect(reader.text(at, "k")).toBe(rowText("k", row));
        expect(reader.ms(at)).toBe(at / 7);
      });
    }),
    { seed: 12, numRuns: 200 },
  );
});

test("a row that the columns cannot hold is left to a message", () => {
  const columns = SharedColumns.ofRows(1);
  const zeros = Object.fromEntries(numbers.map((name) => [name, 0]));
  const row = { ...zeros, result_digest: "0123456789abcdef" };
  const { ipis, ...short } = row as Record<string, number | string>;
  for (const odd of [
    { ...row, result_digest: "short" },
    { ...row, cal: "many" },
    { ...row, cal: Number.NaN },
    { ...row, other: 1 },
    short,
  ]) {
    expect(columns.write(0, odd, 1)).toBe(false);
    expect(columns.text(0, "k")).toBeUndefined();
  }
  expect(columns.write(0, { ...row, ipis: ipis! }, 1)).toBe(true);
});
