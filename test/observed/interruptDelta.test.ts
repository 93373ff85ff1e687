import { describe, expect, test } from "vitest";
import { procInterrupts } from "../../lib/observed/procInterrupts.ts";
import { measuredText } from "./measuredData.ts";

const header = "CPU0 CPU2\n";
const moved = `${header}LOC: 9 9 Local timer interrupts\n`;
const earlier = `${header}LOC: 5 5 Local timer interrupts\n`;

function sumOf(delta: ReturnType<typeof procInterrupts.delta>, label: string): number {
  return delta.count.reduce(
    (sum, count, index) => sum + (delta.irq[index] === label ? count : 0),
    0,
  );
}

describe("the difference of two readings", () => {
  test("is one line per CPU and row", () => {
    const before = `${header}CAL: 10 20 Function call interrupts\nERR: 1\n`;
    const after = `${header}CAL: 14 20 Function call interrupts\nERR: 3\n`;
    expect(procInterrupts.delta(before, after)).toEqual({
      cpu: Int32Array.of(0, 2),
      irq: ["CAL", "CAL"],
      count: Float64Array.of(4, 0),
      descriptions: { CAL: "Function call interrupts", ERR: "" },
      scalars: [{ irq: "ERR", count: 2 }],
      notes: [],
      skipped: { before: [], after: [] },
    });
  });

  test("takes a counter that passed 2^32 for what it is", () => {
    const before = `${header}CAL: 4294967290 7 x\n`;
    const after = `${header}CAL: 10 7 x\n`;
    const delta = procInterrupts.delta(before, after);
    expect(delta.count).toEqual(Float64Array.of(16, 0));
    expect(delta.notes).toEqual([{ irq: "CAL", kind: "wrapped", cpus: "0" }]);
  });

  test("shows a counter that started anew as negative, with a note", () => {
    const delta = procInterrupts.delta(`${earlier}28: 900 0 nic\n`, `${moved}28: 100 0 nic\n`);
    expect(delta.count).toEqual(Float64Array.of(4, 4, -800, 0));
    expect(delta.notes).toEqual([{ irq: "28", kind: "decreased", cpus: "0" }]);
  });

  test("keeps rows that only one reading has", () => {
    const delta = procInterrupts.delta(`${earlier}29: 5 6 gone\n`, `${moved}SPU: 1 2 Spurious\n`);
    expect(delta.irq).toEqual(["LOC", "LOC", "29", "29", "SPU", "SPU"]);
    expect(delta.count).toEqual(Float64Array.of(4, 4, 0, 0, 1, 2));
    expect(delta.notes).toEqual([
      { irq: "29", kind: "only-before", cpus: "" },
      { irq: "SPU", kind: "only-after", cpus: "" },
    ]);
  });

  test("counts a row with fewer values than CPUs for the first CPUs, with a note", () => {
    const delta = procInterrupts.delta(`${header}IPI0: 13 Reschedule\n`, `${header}IPI0: 20 R\n`);
    expect(delta.cpu).toEqual(Int32Array.of(0));
    expect(delta.count).toEqual(Float64Array.of(7));
    expect(delta.notes).toEqual([{ irq: "IPI0", kind: "short", cpus: "0" }]);
  });

  test("names the CPUs when the readings have others", () => {
    const before = "CPU0 CPU1 CPU2 CPU3 CPU7\nTLB: 1 1 1 1 1 x\n";
    const after = "CPU0 CPU7 CPU8\nTLB: 1 1 1 x\n";
    expect(() => procInterrupts.delta(before, after)).toThrow(
      'SD006: malformed pair of readings: "CPU 1-3 only before, CPU 8 only after" ' +
        "(expected the same online CPUs in both)",
    );
  });

  test("is refused when the readings are in the wrong order", () => {
    expect(() => procInterrupts.delta(moved, earlier)).toThrow(
      'SD006: malformed pair of readings: "LOC of CPU0 goes from 9 to 5" ' +
        "(expected the earlier reading first, and both from one boot)",
    );
  });

  test("of a reading with itself is zero everywhere", () => {
    expect(sumOf(procInterrupts.delta(moved, moved), "LOC")).toBe(0);
  });
});

describe("real pairs of readings", () => {
  test.for([
    ["interrupts/x86_64-80cpu-westmere-ex-linux3.2", { CAL: 158, RES: 509, TLB: 0, LOC: 1_559 }],
    ["interrupts/x86_64-32cpu-broadwell-ep-linux4.13", { CAL: 1_887, RES: 15, TLB: 0 }],
    ["interrupts/x86_64-32cpu-fam15h-linux4.13", { CAL: 1_902, RES: 415, TLB: 22 }],
    ["lab/pairs/x86-6.1-64-scale-collapse-mb_64_T_1", { CAL: 2_016, TLB: 0 }],
    ["lab/pairs/x86-6.1-128-big-collapse-mb_2048_T_1", { CAL: 130_078, TLB: 0 }],
  ] as const)("%s counts %o", ([name, expected], context) => {
    const before = measuredText(context, `${name}.before.txt`);
    const delta = procInterrupts.delta(before, measuredText(context, `${name}.after.txt`));
    for (const [label, count] of Object.entries(expected)) {
      expect([label, sumOf(delta, label)]).toEqual([label, count]);
    }
  });

  test("collapsing 32 tables on 64 CPUs interrupts every CPU but the first 32 times", (context) => {
    const name = "lab/pairs/x86-6.1-64-scale-collapse-mb_64_T_1";
    const before = measuredText(context, `${name}.before.txt`);
    const delta = procInterrupts.delta(before, measuredText(context, `${name}.after.txt`));
    const calls = delta.count.filter((_, index) => delta.irq[index] === "CAL");
    expect(Array.from(calls)).toEqual([0, ...new Array(63).fill(32)]);
  });
});
