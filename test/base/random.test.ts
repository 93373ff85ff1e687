import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  deriveStream,
  exponentialAt,
  nextWord,
  RandomStream,
  uniformAt,
} from "../../lib/base/random.ts";

describe("nextWord", () => {
  // sfc32 of PractRand, computed by this C program (gcc 12), with a, b, c, d = 1, 2, 3, 4:
  //   uint32_t raw(void) { uint32_t t = a + b + d++; a = b ^ (b >> 9); b = c + (c << 3);
  //                        c = ((c << 21) | (c >> 11)) + t; return t; }
  const reference = [7, 34, 56623200, 188882296, 3431242869, 399395954, 785775158, 3843710725];

  test("draws the sequence of the reference program", () => {
    const words = Uint32Array.of(1, 2, 3, 4);
    expect(reference.map(() => nextWord(words, 0))).toEqual(reference);
    for (let i = 8; i < 1_000_000; i++) nextWord(words, 0);
    expect(nextWord(words, 0)).toBe(1467748018);
  });

  test("draws the sequence after PractRand's own seeding with 0x12345678deadbeef", () => {
    const words = Uint32Array.of(0, 0xdeadbeef, 0x12345678, 1);
    for (let i = 0; i < 12; i++) nextWord(words, 0);
    expect([...words]).toEqual([1208297706, 1366625691, 587824619, 13]);
    const first = [2574923410, 2360550510, 1226579405, 3114516147, 2251189063, 549245795];
    expect(first.map(() => nextWord(words, 0))).toEqual(first);
  });

  test("wraps all words at 2^32", () => {
    const words = new Uint32Array(4).fill(0xffffffff);
    const wrapped = [4294967293, 4286578679, 4286578661, 4154458059];
    expect(wrapped.map(() => nextWord(words, 0))).toEqual(wrapped);
  });

  test("keeps many streams in one array, signed or unsigned", () => {
    const signed = new Int32Array(12);
    signed.set([1, 2, 3, 4], 8);
    expect(reference.map(() => nextWord(signed, 8))).toEqual(reference);
    expect([...signed.subarray(0, 8)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  });
});

describe("deriveStream", () => {
  // From a C program of its own that absorbs the same words: seed, then 1 and two halves of a
  // number, or 2, the length and pairs of UTF-16 units of a text.
  test("gives known words", () => {
    expect([...deriveStream(0)]).toEqual([871663017, 2341479379, 296306544, 25]);
    expect([...deriveStream(1, "cpu", 0)]).toEqual([1193870320, 3901628913, 1067846337, 109]);
    expect([...deriveStream(1, "cpu", 1)]).toEqual([1731135287, 1184406542, 2766932425, 109]);
    expect([...deriveStream(9007199254740991, -1, "")]).toEqual([
      199375138, 6596748, 2576374401, 85,
    ]);
  });

  test("tells apart names that look alike", () => {
    const names: [number, ...(number | string)[]][] = [
      [1],
      [1, 0],
      [1, 0, 0],
      [1, ""],
      [1, "", ""],
      [1, "0"],
      [1, "a", "b"],
      [1, "ab"],
      [1, "b", "a"],
      [1, "\u0000"],
      [1, -1],
      [1, 4294967295],
      [1, 4294967296],
      [4294967297],
      [0],
    ];
    const streams = names.map(([seed, ...keys]) => deriveStream(seed, ...keys).join());
    expect(new Set(streams).size).toBe(names.length);
  });

  test("changes half of the state with every bit of a key", () => {
    const changed = Array.from({ length: 32 }, (_, bit) => {
      let sum = 0;
      for (let key = 0; key < 100; key++) {
        const before = deriveStream(5, key);
        const after = deriveStream(5, key ^ (1 << bit));
        for (let word = 0; word < 3; word++) sum += oneBits(before[word]! ^ after[word]!);
      }
      return sum / 100;
    });
    expect(Math.min(...changed)).toBeGreaterThan(46);
    expect(Math.max(...changed)).toBeLessThan(50);
  });

  test("refuses seeds and keys that are no exact integers", () => {
    expect(() => deriveStream(-1)).toThrow("SD001: invalid seed: -1 (expected 0…9007199254740991)");
    expect(() => deriveStream(9007199254740992)).toThrow("SD001: invalid seed");
    expect(() => deriveStream(0.5)).toThrow("SD001: invalid seed");
    expect(() => deriveStream(1, 0.5)).toThrow(
      "SD001: invalid stream key: 0.5 (expected an integer or a string)",
    );
  });
});

describe("the streams of 256 siblings", () => {
  const siblings = 256;
  const words = new Uint32Array(4 * siblings);
  for (let i = 0; i < siblings; i++) words.set(deriveStream(1, "cpu", i), 4 * i);
  const rounds = 1000;
  const drawn = Array.from({ length: rounds * siblings }, (_, i) =>
    nextWord(words, 4 * (i % siblings)),
  );

  // Chi-square with 255 degrees of freedom: 99.97 % of good generators lie in 180…345.
  test("are uniform when interleaved, in their high and in their low bits", () => {
    expectBetween(chiSquare(drawn.map((word) => word >>> 24)), 180, 345);
    expectBetween(chiSquare(drawn.map((word) => word & 255)), 180, 345);
  });

  test("are uniform in each round, right after seeding", () => {
    const firsts = Array.from({ length: 25_600 }, (_, i) => nextWord(deriveStream(7, i), 0));
    expectBetween(chiSquare(firsts.map((word) => word >>> 24)), 180, 345);
    expectBetween(chiSquare(firsts.map((word) => word & 255)), 180, 345);
  });

  test("do not follow their neighbours", () => {
    const pairs = drawn.slice(1).map((word, i) => ((word >>> 28) << 4) | (drawn[i]! >>> 28));
    expectBetween(chiSquare(pairs), 180, 345);
    const later = drawn.slice(siblings).map((word, i) => ((word >>> 28) << 4) | (drawn[i]! >>> 28));
    expectBetween(chiSquare(later), 180, 345);
  });
});

describe("uniformAt", () => {
  test("draws lo to lo + span - 1, all of them equally often", () => {
    const words = deriveStream(3);
    const values = Array.from({ length: 25_600 }, () => uniformAt(words, 0, 1000, 256) - 1000);
    expect(Math.min(...values)).toBe(0);
    expect(Math.max(...values)).toBe(255);
    expectBetween(chiSquare(values), 180, 345);
  });

  test("takes one word, whatever the span", () => {
    const words = Uint32Array.of(0xffffffff, 0, 0, 0); // draws 2^32-1 first
    expect(uniformAt(words.slice(), 0, 5, 1)).toBe(5);
    expect(uniformAt(words.slice(), 0, 0, 4294967296)).toBe(4294967295);
    expect(uniformAt(words.slice(), 0, -10, 4294967295)).toBe(4294967284);
    uniformAt(words, 0, 0, 10);
    expect(words[3]).toBe(1);
  });
});

describe("exponentialAt", () => {
  test("has the mean and the quantiles of an exponential distribution", () => {
    const words = deriveStream(4, "exponential");
    const values = Array.from({ length: 200_000 }, () => exponentialAt(words, 0, 1_000_000));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    expectBetween(mean, 993_000, 1_007_000);
    values.sort((a, b) => a - b);
    expectBetween(values[100_000]!, 686_000, 700_000); // ln 2
    expectBetween(values[198_000]!, 4_500_000, 4_710_000); // ln 100
    expectBetween(values[199_800]!, 6_700_000, 7_120_000); // ln 1000
  });

  test("is at least 1 and never exceeds 15.9 means, at both ends of a word", () => {
    expect(exponentialAt(Uint32Array.of(0, 0, 0, 0), 0, 1_000_000)).toBe(1);
    expect(exponentialAt(Uint32Array.of(0xffffffff, 0, 0, 0), 0, 1_000_000)).toBe(15_862_455);
    expect(exponentialAt(Uint32Array.of(0xffffffff, 0, 0, 0), 0, 0)).toBe(1);
  });

  test("grows with the word it draws", () => {
    const pair = fc.tuple(fc.nat(0xffffffff), fc.nat(0xffffffff));
    const drawnFrom = (word: number) => exponentialAt(Uint32Array.of(word, 0, 0, 0), 0, 1e9);
    fc.assert(
      fc.property(pair, ([a, b]) => {
        expect(drawnFrom(Math.min(a, b))).toBeLessThanOrEqual(drawnFrom(Math.max(a, b)));
      }),
    );
  });

  test("is within 1e-4 of the exact inverse in the body of the distribution", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0x01000000, max: 0xf0000000 }), (word) => {
        const exact = -Math.log(1 - word / 2 ** 32);
        const drawn = exponentialAt(Uint32Array.of(word, 0, 0, 0), 0, 1e9) / 1e9;
        expect(Math.abs(drawn - exact)).toBeLessThan(1e-4);
      }),
    );
  });
});

describe("a random stream", () => {
  test("draws known values", () => {
    const stream = RandomStream.of(42, "walk", 3);
    const first = [3634215795, 2780594355, 1490334301, 414908479, 96360081];
    expect(first.map(() => stream.next())).toEqual(first);
    const draws = RandomStream.of(42, "draws");
    const six = [1, 2, 3, 4, 5, 6];
    expect(six.map(() => draws.below(10))).toEqual([2, 6, 9, 7, 3, 8]);
    expect(six.map(() => draws.uniform(-3, 3))).toEqual([1, 3, -3, 2, -2, 2]);
    expect(six.map(() => draws.exponential(1000))).toEqual([133, 541, 2227, 1, 250, 723]);
    expect(draws.uniform(0, 4294967295)).toBe(3058793192);
  });

  test("draws below n without bias: it skips the words that would come too often", () => {
    // 2^32 = 3·1431655765 + 1, so that the word 2^32-1 must be drawn again.
    const stream = new RandomStream(Uint32Array.of(0xffffffff, 0, 0, 0));
    stream.below(3);
    expect(stream.state()[3]).toBe(2);
    const values = Array.from({ length: 25_600 }, () => stream.below(256));
    expectBetween(chiSquare(values), 180, 345);
  });

  test("includes both ends of a uniform range", () => {
    const stream = RandomStream.of(1);
    const values = Array.from({ length: 200 }, () => stream.uniform(5, 7));
    expect([...new Set(values)].sort()).toEqual([5, 6, 7]);
    expect(stream.uniform(9, 9)).toBe(9);
  });

  test("goes back to a saved state", () => {
    const stream = RandomStream.of(1, "saved");
    stream.next();
    const state = stream.state();
    const first = [stream.next(), stream.next()];
    stream.restore(state);
    expect([stream.next(), stream.next()]).toEqual(first);
  });

  test("splits by name, not by position", () => {
    const parent = RandomStream.of(1, "a");
    const early = parent.split("b").next();
    for (let i = 0; i < 16; i++) parent.next();
    expect(parent.split("b").next()).toBe(early);
    expect(RandomStream.of(1, "a", "b").next()).toBe(early);
    expect(parent.split("c").next()).not.toBe(early);
  });

  test("does not change the words it starts from", () => {
    const words = deriveStream(1);
    const stream = new RandomStream(words);
    stream.next();
    expect([...words]).toEqual([...deriveStream(1)]);
  });

  test("refuses arguments it cannot draw from", () => {
    const stream = RandomStream.of(1);
    expect(() => stream.below(0)).toThrow("SD001: invalid n: 0 (expected 1…4294967296)");
    expect(() => stream.uniform(3, 2)).toThrow("SD001: invalid hi: 2 (expected 3…4294967298)");
    expect(() => stream.exponential(-1)).toThrow("SD001: invalid meanNs: -1 (expected at least 0)");
    expect(() => new RandomStream(new Uint32Array(3))).toThrow("SD001");
    expect(() => stream.restore(new Uint32Array(5))).toThrow("SD001");
  });
});

/** Chi-square of values 0…255 against the uniform distribution. */
function chiSquare(values: readonly number[]): number {
  const counts = new Array<number>(256).fill(0);
  for (const value of values) counts[value]! += 1;
  const expected = values.length / 256;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

function oneBits(word: number): number {
  let count = 0;
  for (let rest = word >>> 0; rest !== 0; rest = (rest & (rest - 1)) >>> 0) count++;
  return count;
}

function expectBetween(value: number, low: number, high: number): void {
  expect(value).toBeGreaterThan(low);
  expect(value).toBeLessThan(high);
}
