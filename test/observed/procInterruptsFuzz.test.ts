import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ShootdownError } from "../../lib/base/messages.ts";
import { procInterrupts } from "../../lib/observed/procInterrupts.ts";
import { mutated, warmMilliseconds } from "./mutation.ts";

const seed = `           CPU0       CPU1       CPU3
  8:          0          1          0   IO-APIC   8-edge      rtc0
 24:     836947     368771      86379   PCI-MSI 512000-edge      ahci[0000:00:1f.2]
LOC:      10508          0          7   Local timer interrupts for timer event device
IPI0:2768808080 2154252810 3349096412   Rescheduling interrupts
CAL:     803571     914376     811000   Function call interrupts
TLB: 4294967290        100         12   TLB shootdowns
LOC:          0          0          0   Local timer interrupts for others
ERR:          0
MIS:          0
`;

/** True when `action` returns, false when it throws a coded error; other errors pass through. */
function accepts(action: () => unknown): boolean {
  try {
    action();
    return true;
  } catch (error) {
    if (error instanceof ShootdownError) return false;
    throw error;
  }
}

describe("any text, however damaged", () => {
  test("is read or refused with a code, and every line is accounted for", () => {
    fc.assert(
      fc.property(mutated(seed), (text) => {
        if (!accepts(() => procInterrupts.parse(text))) return;
        const { rows, skipped, cpus } = procInterrupts.parse(text);
        const lines = text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
        const passedOver = skipped.reduce((sum, { count }) => sum + count, 0);
        expect(rows.length + passedOver + 1).toBe(lines);
        expect(new Set(rows.map((row) => row.label)).size).toBe(rows.length);
        for (const row of rows) expect(row.counts.length).toBeLessThanOrEqual(cpus.length);
      }),
      { numRuns: 4000 },
    );
  });

  test("gives a difference with columns of one length, or a coded refusal", () => {
    fc.assert(
      fc.property(mutated(seed), mutated(seed), (before, after) => {
        if (!accepts(() => procInterrupts.delta(before, after))) return;
        const { cpu, irq, count } = procInterrupts.delta(before, after);
        expect([irq.length, count.length]).toEqual([cpu.length, cpu.length]);
        expect(count.every(Number.isFinite)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ["digits", "CPU0\nCAL: ", "1"],
    ["blanks", "CPU0\nCAL:", " "],
    ["lines without a colon", "CPU0\n", "word\n"],
    ["rows with one label", "CPU0\n", "LOC: 1\n"],
    ["rows with suffixed labels", "CPU0\n", "A: 1\nA#2: 1\n"],
    ["blanks in descriptions", "CPU0\nCAL: 1 x", "  y"],
    ["colons", "CPU0\n", ":"],
  ])("takes time in proportion to its length: %s", (_, start, piece) => {
    const text = start + piece.repeat(1_000_000 / piece.length);
    expect(warmMilliseconds(() => accepts(() => procInterrupts.parse(text)))).toBeLessThan(1000);
  });

  test("takes little time for 1,152 CPUs", () => {
    const cpus = Array.from({ length: 1152 }, (_, cpu) => cpu);
    const row = (label: string): string =>
      `${label}: ${cpus.map((cpu) => 800_000 + cpu).join(" ")}`;
    const header = cpus.map((cpu) => `CPU${cpu}`).join(" ");
    const labels = Array.from({ length: 22 }, (_, index) => `R${index}`);
    const text = [header, ...labels.map(row)].join("\n");
    expect(warmMilliseconds(() => procInterrupts.parse(text))).toBeLessThan(100);
  });
});
