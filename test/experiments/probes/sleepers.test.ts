import { expect, test } from "vitest";
import { modelSiblings } from "../../../lib/experiments/probes/sleepers.ts";
import type { Repetition } from "../../../lib/experiments/probes/window.ts";

const running = (...counts: number[]): Repetition[] =>
  counts.map((one) => ({ running: one }) as Repetition);

test("siblings that sleep beside other work leave their CPUs to it", () => {
  expect(modelSiblings("spin", 2, running(9, 9)).siblings).toBe("spin");
  expect(modelSiblings("sleep", 1, running(9, 9)).siblings).toBe("sleep");
  expect(modelSiblings("sleep", 2, running(1, 1, 4))).toEqual({ siblings: "sleep", notes: [] });
  const busy = modelSiblings("sleep", 2, running(1, 3, 4));
  expect(busy.siblings).toBe("stale");
  expect(busy.notes).toEqual([expect.stringMatching(/2 of 3 repetitions: .*\(stale\)/)]);
});
