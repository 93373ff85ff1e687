import { expect, test } from "vitest";
import { procInterrupts } from "../../lib/experiments/interruptTables.ts";
import { measuredPath, measuredText } from "./measuredData.ts";

test("the release decides, else only a TLB far above CAL", () => {
  const reading = (cal: number, tlb: number) =>
    procInterrupts.parse(`CPU0\nCAL: ${cal} calls\nTLB: ${tlb} shootdowns\n`);
  const era = (cal: number, tlb: number, release?: string) =>
    procInterrupts.era(reading(cal, tlb), release).tlbInCal;
  expect(era(100, 50)).toBe("unknown");
  expect(era(100, 130)).toBe("unknown");
  expect(era(100, 300)).toBe("apart");
  expect(era(100, 130, "4.7.10")).toBe("apart");
  expect(era(100, 130, "4.8-rc1")).toBe("included");
  expect(era(100, 130, "6.12")).toBe("included");
  expect(procInterrupts.era(procInterrupts.parse("CPU0\nCAL: 1 x\n")).tlbInCal).toBe("unknown");
  expect(() => procInterrupts.era(reading(1, 1), "new")).toThrow(/^SD006/);
});

test.for([
  ["x86_64-80cpu-westmere-ex-linux3.2.before", "apart"],
  ["x86_64-8cpu-rhel7-cal-excludes-tlb", "apart"],
  ["x86_64-1152cpu.arch-rows", "unknown"],
] as const)("%s: %s", ([name, era], context) => {
  const snapshot = procInterrupts.parse(measuredText(context, `interrupts/${name}.txt`));
  expect(procInterrupts.era(snapshot).tlbInCal).toBe(era);
});

test("a reading is read from a packed file", async (context) => {
  const path = measuredPath(context, "interrupts/x86_64-1152cpu.full.txt.gz");
  const { cpus, rows } = await procInterrupts.read(path);
  expect([cpus.length, rows.length]).toEqual([1152, 1056]);
});
