import fc from "fast-check";
import { expect, it } from "vitest";
import { LineReader } from "../../../kernel/exec/lines.ts";

it("lines come out whole however the text was cut", () => {
  const line = fc.string().map((text) => text.replaceAll("\n", " "));
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.nat(20)), (lines, cuts) => {
      const found: string[] = [];
      const reader = new LineReader((text) => found.push(text));
      let rest = lines.map((text) => `${text}\n`).join("");
      for (const cut of cuts) {
        reader.push(rest.slice(0, cut));
        rest = rest.slice(cut);
      }
      reader.push(rest);
      expect(found).toEqual(lines);
    }),
  );
});

it("a line without end is not delivered", () => {
  const found: string[] = [];
  new LineReader((text) => found.push(text)).push("a\nb");
  expect(found).toEqual(["a"]);
});
