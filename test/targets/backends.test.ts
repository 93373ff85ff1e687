import { expect, test } from "vitest";
import { backendTargets } from "../../lib/experiments/targets/backends.ts";
import { judge } from "../../lib/experiments/targets/target.ts";

const results = backendTargets.map(judge);

/** Targets that the model misses; their remarks say why. */
const MISSED: readonly string[] = [];

test.for(
  results.map((one) => {
    const numbers = `${one.predicted.toPrecision(4)} for ${one.reported.toPrecision(4)} ${one.unit}`;
    return [`${one.id}: ${numbers}, ratio ${one.ratio.toFixed(3)}, ${one.tolerance}`, one] as const;
  }),
)("%s", ([, result]) => {
  expect(result.holds).toBe(!MISSED.includes(result.id));
  if (!result.holds) expect(result.remark).toMatch(/^missed: /);
});

test("each says what was measured, where, and how far the model may be off", () => {
  expect(new Set(results.map(({ id }) => id)).size).toBe(results.length);
  for (const { what, source, tolerance, unit } of results) {
    expect(what).toMatch(/\w+ \w+/);
    expect(source).toMatch(/\d/);
    expect([tolerance, unit]).not.toContain("");
  }
});

test("flushing in turn costs more than at once, and a lock hides what INVLPGB saves", () => {
  const of = (id: string): number => results.find((one) => one.id === id)!.predicted;
  expect(of("V17")).toBeLessThan(of("V17-before"));
  expect(of("V24-locked")).toBeLessThan(of("V24"));
});
