/** The mutant table as a whole: what every row must have. */
import { describe, expect, test } from "vitest";
import { FAMILIES } from "../../../lib/experiments/mutantTable/families.ts";

const rows = Object.values(FAMILIES).flat();

test("no two rows have one name", () => {
  const ids = rows.map(({ id }) => id);
  expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
});

describe.each(rows.map((row) => [row.id, row] as const))("%s", (_, row) => {
  test("has a verdict, or a reason, for every memory model", () => {
    expect(row.expected).toMatch(/^[FP][FP-][FP-]$/);
    expect(row.expected[2] === "-").toBe(row.noWeak !== undefined);
    const kind = row.question.machine?.arch.kind ?? "x86";
    expect(row.expected[1] === "-").toBe(kind !== "x86");
  });

  test("what one model shows, those that allow more show as well", () => {
    const [sc, tso, weak] = row.expected;
    if (sc === "F") expect([tso, weak]).not.toContain("P");
    if (tso === "F") expect(weak).not.toBe("P");
  });

  test("what fails has a property and a repaired variant", () => {
    const fails = row.expected.includes("F");
    expect(row.property !== undefined).toBe(fails);
    if (fails) expect(Object.keys(row.fixed)).not.toEqual([]);
  });
});
