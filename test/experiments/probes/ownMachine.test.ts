import { expect, test } from "vitest";
import {
  cpusFor,
  hasThp,
  requireLinux,
  requireThp,
} from "../../../lib/experiments/probes/ownMachine.ts";
import { between, runnable, stealPct } from "../../../lib/experiments/probes/readings.ts";

test("machines that cannot be probed are refused, with the reason", () => {
  expect(() => requireLinux("darwin")).toThrow(/SD011.*"darwin".*the Linux they run on/);
  expect(() => requireThp("never")).toThrow(/SD011.*\/sys says never/);
  expect(() => requireThp("")).toThrow(/SD011.*this kernel has none/);
  expect([hasThp("always"), hasThp("madvise"), hasThp("never")]).toEqual([true, true, false]);
  expect(() => cpusFor("munmap", 1, [3])).toThrow(/SD011.*one CPU: there is nobody/);
  expect(() => cpusFor("munmap", 3, [3, 5])).toThrow(/SD011.*2 CPUs may be used/);
  expect(cpusFor("munmap", 2, [3, 5, 7])).toEqual([3, 5]);
});

test("readings of a window", () => {
  const before = "           CPU0 CPU1\nCAL: 10 20 Function call interrupts\n";
  const after = "           CPU0 CPU1\nCAL: 10 52 Function call interrupts\n";
  expect(between(before, after).objects()).toEqual([
    { cpu: 0, irq: "CAL", count: 0 },
    { cpu: 1, irq: "CAL", count: 32 },
  ]);
  expect(stealPct("cpu 0 0 0 100 0 0 0 10 0", "cpu 50 0 0 130 0 0 0 30 0")).toBe(20);
  expect(stealPct("", "")).toBe(0);
  expect([runnable("0.1 0.2 0.3 7/120 99"), runnable("")]).toEqual([7, 0]);
});
