import { expect, test } from "vitest";
import { reclaimTargets } from "../../lib/experiments/targets/reclaim.ts";
import { judge } from "../../lib/experiments/targets/target.ts";

const results = reclaimTargets.map(judge);

test.for(results.map((one) => [one.id, one] as const))("%s holds", ([, result]) => {
  expect(result).toMatchObject({ holds: true });
});

test("each says what was measured, where, and how far the model may be off", () => {
  expect(new Set(results.map(({ id }) => id)).size).toBe(results.length);
  for (const { what, source, tolerance, unit } of results) {
    expect(what).toMatch(/\w+ \w+/);
    expect(source).toMatch(/\d/);
    expect(tolerance).not.toBe("");
    expect(unit).not.toBe("");
  }
});

test("batching is worth more on the server than on the phone, as reported", () => {
  const of = (id: string) => results.find((one) => one.id === id)!;
  const [server, phone] = [of("V12-kunpeng"), of("V12-phone")];
  expect(server.reported).toBeGreaterThan(phone.reported);
  expect(server.predicted).toBeGreaterThan(phone.predicted);
  expect(phone.predicted).toBeGreaterThan(0);
});
