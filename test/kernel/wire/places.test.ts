import fc from "fast-check";
import { expect, it } from "vitest";
import { charactersAt, codeUnitsAt } from "../../../kernel/wire/places.ts";

it("counts characters as Python does", () => {
  const text = "𝒳 = π; 𝒳";
  expect(charactersAt(text, text.length)).toBe(8);
  expect(codeUnitsAt(text, 1)).toBe(2);
  expect(codeUnitsAt(text, 5)).toBe(6);
  expect(codeUnitsAt(text, 99)).toBe(text.length);
  expect(codeUnitsAt(text, -1)).toBe(0);
});

it("finds back to each place between two characters", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      const length = Array.from(text).length;
      for (let place = 0; place <= length; place++) {
        const units = codeUnitsAt(text, place);
        expect(charactersAt(text, units)).toBe(place);
        expect(Array.from(text.slice(0, units)).length).toBe(place);
      }
    }),
    { seed: 55, numRuns: 200 },
  );
});
