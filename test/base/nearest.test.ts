import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { editDistance, nearest } from "../../lib/base/nearest.ts";

describe("nearest", () => {
  test("finds a misspelt name, whatever its case", () => {
    expect(nearest("poling", ["halt", "polling"])).toBe("polling");
    expect(nearest("IPIS_SAVED", ["ipis_saved", "ipis"])).toBe("ipis_saved");
    expect(nearest("cpu", ["arch", "cpus"])).toBe("cpus");
  });

  test("takes the first of equally close names", () => {
    expect(nearest("ab", ["ax", "ay"])).toBe("ax");
  });

  test("suggests nothing when nothing is close", () => {
    expect(nearest("zzzzzz", ["halt", "polling"])).toBe(undefined);
    expect(nearest("anything", [])).toBe(undefined);
  });
});

describe("editDistance", () => {
  test("counts insertions, removals and replacements", () => {
    expect(editDistance("kitten", "sitting")).toBe(3);
    expect(editDistance("", "abc")).toBe(3);
    expect(editDistance("same", "same")).toBe(0);
  });

  test("is symmetric and bounded by the longer text", () => {
    const text = fc.string({ maxLength: 20 });
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });
});
