import { describe, expect, test } from "vitest";
import type { InterruptSnapshot } from "../../lib/observed/interruptSnapshot.ts";
import { procInterrupts } from "../../lib/observed/procInterrupts.ts";
import { measuredText } from "./measuredData.ts";

const small = `           CPU0       CPU1
  1:          3          0   IO-APIC   1-edge      i8042
CAL:         10         20   Function call interrupts
ERR:          0
`;

function rowOf(snapshot: InterruptSnapshot, label: string) {
  const row = snapshot.rows.find((candidate) => candidate.label === label);
  if (row === undefined) throw new Error(`no row ${label}`);
  return row;
}

function totalOf(snapshot: InterruptSnapshot, label: string): number {
  return rowOf(snapshot, label).counts.reduce((sum, count) => sum + count, 0);
}

describe("a reading of /proc/interrupts", () => {
  test("gives the CPUs of the header and one row a line", () => {
    expect(procInterrupts.parse(small)).toEqual({
      cpus: [0, 1],
      rows: [
        { label: "1", counts: Float64Array.of(3, 0), description: "IO-APIC 1-edge i8042" },
        { label: "CAL", counts: Float64Array.of(10, 20), description: "Function call interrupts" },
        { label: "ERR", counts: new Float64Array(0), description: "", scalar: 0 },
      ],
      skipped: [],
    });
  });

  test("keeps CPU numbers where the header leaves out an offline CPU", () => {
    const snapshot = procInterrupts.parse("CPU0 CPU5 CPU7\nTLB: 1 2 3 TLB shootdowns\n");
    expect(snapshot.cpus).toEqual([0, 5, 7]);
    expect(rowOf(snapshot, "TLB").counts).toEqual(Float64Array.of(1, 2, 3));
  });

  test("separates a ten-digit count from the label it is glued to", () => {
    const snapshot = procInterrupts.parse("CPU0 CPU1\nIPI0:2768808080 2768808081 Rescheduling\n");
    expect(rowOf(snapshot, "IPI0").counts).toEqual(Float64Array.of(2768808080, 2768808081));
  });

  test("keeps two rows with one label apart", () => {
    const text = "CPU0\nLOC: 1 for timer event device\nBCT: 2 x\nLOC: 3 for others\n";
    const labels = procInterrupts.parse(text).rows.map((row) => row.label);
    expect(labels).toEqual(["LOC", "BCT", "LOC#2"]);
  });

  test("never reads a device number or an edge as a count", () => {
    const snapshot = procInterrupts.parse("CPU0\n 25: 7 5-edge 4097 virtio0\n");
    expect(rowOf(snapshot, "25")).toEqual({
      label: "25",
      counts: Float64Array.of(7),
      description: "5-edge 4097 virtio0",
    });
  });

  test("keeps a row that has fewer counts than there are CPUs", () => {
    const snapshot = procInterrupts.parse("CPU0 CPU1\nIPI0: 13 LoongArch 1 Rescheduling\n");
    expect(rowOf(snapshot, "IPI0").counts).toEqual(Float64Array.of(13));
  });

  test("reads CRLF, tabs and indentation like plain lines", () => {
    const changed = small.replaceAll("\n", "\r\n").replaceAll(": ", ":\t");
    expect(procInterrupts.parse(changed)).toEqual(procInterrupts.parse(small));
    expect(procInterrupts.parse(small.replaceAll(/^/gm, "    ")).rows).toEqual(
      procInterrupts.parse(small).rows,
    );
  });

  test("counts foreign lines with their reason and goes on", () => {
    const text = `$ cat /proc/interrupts\nup: 3 days\n${small}\n-- more --\nNMI:\nAnd so on: 3\n`;
    expect(procInterrupts.parse(text).skipped).toEqual([
      { reason: "before the header", count: 2, firstLine: 1, example: "$ cat /proc/interrupts" },
      { reason: "blank line", count: 1, firstLine: 7, example: "" },
      { reason: "no label", count: 2, firstLine: 8, example: "-- more --" },
      { reason: "no counts", count: 1, firstLine: 9, example: "NMI:" },
    ]);
    expect(procInterrupts.parse(text).rows).toEqual(procInterrupts.parse(small).rows);
  });
});

describe("lines that a mail client wrapped", () => {
  test("are joined where the values of every row match the header", () => {
    const wrapped = "CPU0 CPU1\nCPU4 CPU5\nTLB: 1 2\n3 4 TLB\nshootdowns\nCAL: 5 6 7 8 calls\n";
    const { cpus, rows, mended } = procInterrupts.parse(wrapped);
    expect(cpus).toEqual([0, 1, 4, 5]);
    expect(rows).toEqual([
      { label: "TLB", counts: Float64Array.of(1, 2, 3, 4), description: "TLB shootdowns" },
      { label: "CAL", counts: Float64Array.of(5, 6, 7, 8), description: "calls" },
    ]);
    expect(mended).toEqual(["lines that a mail client wrapped were joined"]);
  });
});

describe("a text that is no single reading", () => {
  const header = "a header line such as CPU0 CPU1";
  const unwrapped = "each row on one line; a mail client has wrapped this text";

  test.for([
    ["", "", "", header],
    ["hello", "", "hello", header],
    [small + small, " line 5", "CPU0 CPU1", "one reading, and this is a second header"],
    ["CPU0 CPU1\nCPU2 CPU3\nTLB: 1 2 3 x\n", " line 2", "CPU2 CPU3", unwrapped],
    ["CPU0 CPU1 CPU2\nTLB: 1\n 2 TLB x\n", " line 3", "2 TLB x", unwrapped],
    ["CPU1 CPU0\n", " line 1", "CPU1 CPU0", "ascending CPU numbers"],
  ] as const)("is refused with what is wrong: %j", ([text, line, found, expected]) => {
    expect(() => procInterrupts.parse(text)).toThrow(
      `SD006: malformed /proc/interrupts${line}: "${found}" (expected ${expected})`,
    );
  });

  test("is refused when it is no text at all", () => {
    expect(() => procInterrupts.parse(undefined as unknown as string)).toThrow(/^SD003/);
    expect(() => procInterrupts.parse(7 as unknown as string)).toThrow(/^SD001/);
  });
});

describe("real machines", () => {
  test("1,152 CPUs have the published totals, in the whole file and in an excerpt", (context) => {
    for (const name of ["full.txt.gz", "arch-rows.txt"]) {
      const snapshot = procInterrupts.parse(
        measuredText(context, `interrupts/x86_64-1152cpu.${name}`),
      );
      expect(snapshot.cpus.length).toBe(1152);
      expect(totalOf(snapshot, "CAL")).toBe(937_811_470);
      expect(totalOf(snapshot, "TLB")).toBe(3_865_670);
      expect(totalOf(snapshot, "RES")).toBe(14_620_212);
      expect(totalOf(snapshot, "LOC")).toBe(509_807_994);
      const calls = rowOf(snapshot, "CAL").counts;
      expect([Math.min(...calls), Math.max(...calls)]).toEqual([803_571, 914_376]);
      expect(snapshot.skipped).toEqual([]);
    }
  });

  test.for([
    ["arm64-8cpu-gicv3-graviton-no-space-after-label", 8, "IPI0", 22_166_462_124],
    ["fixture-x86_64-offline-cpu6-gap-in-header", 7, "TLB", 287_252],
    ["live-linux6.18-firecracker-kvm-2vcpu", 2, "CAL", 845_131],
    ["mail-arm32-gic-4cpu-excerpt", 4, "IPI2", 1_225],
    ["mail-arm64-ipq-4cpu-rpi-excerpt", 4, "IPI1", 354_217],
    ["mail-powerpc-xive-1vcpu", 1, "LOC", 10_508],
    ["repo-arm64-gicv3-2cpu-excerpt", 2, "IPI1", 723],
    ["repo-powerpc-powernv-mambo-1cpu-crlf", 1, "WDG", 7],
    ["s390x-2cpu", 2, "I/O", 40_446],
    ["x86-1cpu-hyp-glued-chip-names", 1, "0", 45],
    ["x86_64-32cpu-broadwell-ep-linux4.13.after", 32, "CAL", 206_963],
    ["x86_64-32cpu-fam15h-linux4.13.before", 32, "TLB", 1_456],
    ["x86_64-4cpu-virtio", 4, "CAL", 9_400],
    ["x86_64-80cpu-westmere-ex-linux3.2.before", 80, "TLB", 1_313_672_326],
    ["x86_64-80cpu-westmere-ex-linux3.2.before", 80, "RES", 10_106_905_058],
    ["x86_64-8cpu-laptop", 8, "TLB", 2_094_731],
    ["x86_64-8cpu-rhel7-cal-excludes-tlb", 8, "CAL", 22_581],
  ] as const)("%s: %i CPUs, %s %i", ([name, cpus, label, total], context) => {
    const snapshot = procInterrupts.parse(measuredText(context, `interrupts/${name}.txt`));
    expect(snapshot.cpus.length).toBe(cpus);
    expect(totalOf(snapshot, label)).toBe(total);
    expect(snapshot.skipped.every((lines) => lines.reason === "blank line")).toBe(true);
  });

  test.for([
    ["before", 12_512_508_160],
    ["after-luf", 569_270_346],
  ] as const)("a row that a mail client wrapped is joined: %s", ([name, total], context) => {
    const file = `interrupts/mail-xeon6430-64cpu-tlb-row-${name}.wrapped.txt`;
    const snapshot = procInterrupts.parse(measuredText(context, file));
    expect(snapshot.cpus.length).toBe(64);
    expect(totalOf(snapshot, "TLB")).toBe(total);
    expect(rowOf(snapshot, "TLB").description).toBe("TLB shootdowns");
    expect(snapshot.mended?.join()).toMatch(/wrapped.*no header/);
  });
});
