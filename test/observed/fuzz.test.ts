import { describe, expect, test } from "vitest";
import { corpusOf, fuzz, parseMs, parsers } from "./fuzzing.ts";

describe.each(parsers)("$name", (parser) => {
  test("damaged texts are read or refused with a code, none slowly", () => {
    const { inputs, slowest } = fuzz(parser, parser.few ?? 10_000, 20_261_121);
    expect(inputs).toBeGreaterThanOrEqual(2_500);
    // Seen once, the slowest may only have met a pause of the machine: it is measured again.
    expect(parseMs(parser, slowest) / Math.max(1, slowest.length / 4096)).toBeLessThan(100);
  });

  test("inputs of the corpus are, too", () => {
    for (const text of corpusOf(parser)) {
      expect(parseMs(parser, text) / Math.max(1, text.length / 4096)).toBeLessThan(100);
    }
  });

  test("a text is not told from another one by luck: damage changes what is read", () => {
    const { refused, inputs } = fuzz(parser, 500, 7);
    expect(refused).toBeLessThan(inputs);
  });
});

test("there is a corpus for every parser", () => {
  for (const parser of parsers)
    expect([parser.name, corpusOf(parser).length > 0]).toEqual([parser.name, true]);
});

describe("time grows with length, not faster", () => {
  const long = (start: string, piece: string) => start + piece.repeat(100_000 / piece.length);

  test.each([
    ["blanks", " "],
    ["brackets", "["],
    ["CPUs", "[000] "],
    ["digits", "1"],
    ["colons", ":"],
    ["heads", "a-1 [000] .... 1.000001: "],
    ["masks", "x-1 [0] 1.000001: ipi_send_cpumask: cpumask=ffffffff,ffffffff a\n"],
    ["graph bars", " 0) | | |\n"],
    ["graph comments", " 0) | /* a: */ /*\n"],
    ["latency heads", "a-1 0d..h1 9us -1 0d..\n"],
    ["arrays", "x-1 [0] 1.000001: ipi_raise: target_cpus=ARRAY[ff, \n"],
    ["reasons", "x-1 [0] 1.000001: tlb_flush: pages:1 reason:aaaa aaaa aaaa (\n"],
  ])("%s", (_, piece) => {
    for (const parser of parsers) {
      for (const start of ["", parser.seeds[0]!.slice(0, 200)]) {
        expect([parser.name, start.length, parseMs(parser, long(start, piece)) < 2000]).toEqual([
          ...[parser.name, start.length, true],
        ]);
      }
    }
  });
});
