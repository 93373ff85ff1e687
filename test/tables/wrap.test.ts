import fc from "fast-check";
import { expect, test } from "vitest";
import { wrapWords } from "../../lib/tables/wrap.ts";

test("lines are broken at blanks, and what follows stands below the first word", () => {
  expect(wrapWords("one two three", 20, "  5  ")).toBe("  5  one two three");
  expect(wrapWords("one two three", 12, "  5  ")).toBe("  5  one two\n     three");
  expect(wrapWords("  one   two ", 12)).toBe("one two");
  expect(wrapWords("", 12, "5  ")).toBe("5  ");
});

test("a word that is too long stands alone", () => {
  expect(wrapWords("a unbelievably long b", 6)).toBe("a\nunbelievably\nlong b");
});

test("no line is longer than asked, and no word is lost", () => {
  const word = fc.string({ minLength: 1, maxLength: 10 }).filter((one) => !/\s/.test(one));
  fc.assert(
    fc.property(fc.array(word), fc.integer({ min: 10, max: 60 }), (words, width) => {
      const lines = wrapWords(words.join(" "), width).split("\n");
      for (const line of lines) expect(line.length).toBeLessThanOrEqual(width);
      expect(
        lines
          .join(" ")
          .split(" ")
          .filter((one) => one !== ""),
      ).toEqual(words);
    }),
    { seed: 1 },
  );
});
