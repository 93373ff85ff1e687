/**
 * The long tier: `npm run test:slow -- test/observed/fuzz.slow.test.ts`. Ten million inputs for each
 * parser, or as many as SHOOTDOWN_FUZZ says; SHOOTDOWN_FUZZ_SEED chooses others.
 */
import { describe, expect, test } from "vitest";
import { fuzz, parseMs, parsers } from "./fuzzing.ts";

const inputs = Number(process.env.SHOOTDOWN_FUZZ ?? 10_000_000);
const seed = Number(process.env.SHOOTDOWN_FUZZ_SEED ?? 1);
const share = 100_000;

describe.each(parsers)("$name", (parser) => {
  test(`${inputs} damaged texts`, { timeout: 24 * 3_600_000 }, () => {
    const before = process.memoryUsage().rss;
    for (let done = 0; done < inputs; done += share) {
      const { slowest } = fuzz(parser, Math.min(share, inputs - done), seed + done);
      expect(parseMs(parser, slowest) / Math.max(1, slowest.length / 4096)).toBeLessThan(100);
    }
    expect((process.memoryUsage().rss - before) / 2 ** 20).toBeLessThan(512);
  });
});
