/** Terminations that come, that come too late, and that never come. */
import { expect, it } from "vitest";
import { Control } from "../../../kernel/exec/control.ts";

const timed = (work: () => void): number => {
  const startedMs = performance.now();
  work();
  return performance.now() - startedMs;
};

it("keeps the guard out as long as the kernel is at work", () => {
  const control = new Control();
  const claims: boolean[] = [];
  control.protect(() => control.protect(() => claims.push(control.claim())));
  claims.push(control.claim(), control.claim());
  expect(claims).toEqual([false, true, false]);
  control.release();
  expect(control.claim()).toBe(true);
});

it("waits no longer than half a second for a termination that is lost", () => {
  const control = new Control();
  expect(control.claim()).toBe(true);
  control.asked();
  let isDone = false;
  const ms = timed(() => {
    control.protect(() => {
      isDone = true;
      // The news that it was made comes late, and opens nothing.
      control.release();
      expect(control.claim()).toBe(false);
    });
  });
  expect(isDone).toBe(true);
  expect(ms).toBeLessThan(500);
  expect(control.claim()).toBe(true);
});

it("waits no longer than that for a guard that has claimed one and is gone", () => {
  const control = new Control();
  control.claim();
  expect(timed(() => control.protect(() => undefined))).toBeLessThan(1_000);
  expect(control.claim()).toBe(true);
});

it("a cell that was interrupted before it starts finds its flag", () => {
  const control = new Control();
  control.want(3, 1);
  control.begin(2);
  expect(control.reason).toBeUndefined();
  control.begin(3);
  expect(control.reason).toBe(1);
  control.end(3);
  expect([control.reason, control.isDue(3), control.isDue(4)]).toEqual([undefined, false, true]);
});
