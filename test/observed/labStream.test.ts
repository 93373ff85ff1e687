import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { labCsv } from "../../lib/observed/labCsv.ts";
import { readLabStream, type StreamRun } from "../../lib/observed/labStream.ts";
import { csvLine, labColumns, labLinesOf } from "../../lib/observed/labText.ts";
import { FIXTURE_OWN } from "../experiments/labFiles.ts";

/** A reading of two CPUs. */
function reading(cal: string, tlb: string, rest = ""): string {
  return [
    "           CPU0       CPU1       \r",
    "  3:        276          0   IO-APIC   3-edge      ttyS1\r",
    "LOC:        500        448   Local timer interrupts\r",
    `CAL:        ${cal}   Function call interrupts\r`,
    `TLB:        ${tlb}   TLB shootdowns\r`,
    `ERR:          0\r\n${rest}`,
  ].join("\n");
}

const head =
  '{"arch":"x86_64","kernel":"6.1.0-56-cloud-amd64","cpus":2,"case":"collapse",' +
  '"params":"mb=16 T=2 st=spin","rep":1,"op_us":20142,"base_us":20150,"minflt":3,"ops":8,"err":0}';

const oneRun = [
  `@@RUN ${head}`,
  `@@S0\n${reading("10  20", "0  0")}@@S1\n${reading("11  36", "0  8", "IWI: 1 0 IRQ work\n")}`,
  `@@S2\n${reading("11  37", "0  8", "IWI: 1 0 IRQ work\n")}@@END`,
  "@@DONE collapse mb=16 T=2 st=spin rep=1 status=0 wall_us=1\r",
  "",
].join("\n");

const whole = `@@NOTE swap on zram0\n@@FILE /proc/version\nLinux\n@@ENDFILE\n${oneRun}@@ALLDONE\n`;

test("a run is its line of JSON and the differences of its readings", () => {
  const { runs, ...rest } = readLabStream([whole]);
  expect(rest).toEqual({
    isComplete: true,
    hasSwap: true,
    ended: 1,
    notes: ["swap on zram0"],
    skipped: [],
  });
  expect(runs).toHaveLength(1);
  const [{ rows, ...columns }] = runs as [StreamRun];
  expect(columns).toMatchObject({ cpus: 2, caseName: "collapse", rep: 1, ops: 8, minflt: 3 });
  expect(columns.extra).toEqual({ err: 0 });
  expect(rows.map(({ row, counts, idle }) => [row, counts, idle])).toEqual([
    ["3", [0, 0], [0, 0]],
    ["LOC", [0, 0], [0, 0]],
    ["CAL", [1, 16], [0, 1]],
    ["TLB", [0, 8], [0, 0]],
    ["IWI", [1, 0], [0, 0]],
  ]);
});

test("its lines are read back as the same run", () => {
  const { runs } = readLabStream([whole]);
  const lines = labLinesOf({ name: "x86-6.1-2-own", mode: "qemu-tcg round robin" }, runs);
  const text = `${[csvLine(labColumns), ...lines].join("\n")}\n`;
  const [run, ...others] = labCsv.parse(text);
  expect(others).toEqual([]);
  expect(run).toMatchObject({
    boot: "x86-6.1-2-own",
    params: { mb: "16", T: "2", st: "spin" },
    opNs: 20_142_000,
    ops: 8,
    extra: { err: 0 },
  });
  expect(run?.rows).toEqual({
    CAL: rowOf("Function call interrupts", [1, 16], [0, 1]),
    TLB: rowOf("TLB shootdowns", [0, 8], [0, 0]),
    IWI: rowOf("IRQ work", [1, 0], [0, 0]),
  });
});

function rowOf(description: string, perCpu: number[], basePerCpu: number[]): object {
  const [delta, baseDelta] = [perCpu, basePerCpu].map(([a = 0, b = 0]) => a + b);
  return { description, delta, baseDelta, perCpu, basePerCpu };
}

test("a trace belongs to the run before it", () => {
  const traced = whole.replace("@@DONE", "@@TRACE\n# tracer: nop\nx\n@@ENDTRACE\n@@DONE");
  expect(readLabStream([traced]).runs[0]?.trace).toBe("# tracer: nop\nx\n");
});

describe("what is not whole is not counted", () => {
  test.each([
    ["the plan breaks off", oneRun, 1, false],
    ["the last run breaks off", whole.slice(0, whole.indexOf("@@S2")), 0, false],
  ])("%s", (_, text, runs, isComplete) => {
    expect(readLabStream([text])).toMatchObject({ isComplete, skipped: [] });
    expect(readLabStream([text]).runs).toHaveLength(runs);
  });

  test.each([
    ["no JSON", head.slice(1), "a run of another form"],
    ["a name that is none", head.replace("collapse", "=cmd()"), "a run of another form"],
    ["a fraction", head.replace('"ops":8', '"ops":8.5'), "a run of another form"],
    ["other CPUs", head.replace('"cpus":2', '"cpus":3'), "readings of another number of CPUs"],
  ])("%s", (_, changed, reason) => {
    const { runs, skipped } = readLabStream([whole.replace(head, changed)]);
    expect(runs).toEqual([]);
    expect(skipped).toMatchObject([{ reason, count: 1 }]);
  });

  test("readings in the wrong order", () => {
    const reversed = whole.replace("@@S0", "@@Sx").replace("@@S1", "@@S0").replace("@@Sx", "@@S1");
    const { runs, skipped } = readLabStream([reversed.replaceAll("IWI: 1 0 IRQ work\n", "")]);
    expect([runs.length, skipped[0]?.reason]).toEqual([0, "readings that cannot be read"]);
  });
});

test("any damage is survived, however the text is cut", () => {
  const cut = fc.record({ at: fc.nat(whole.length), take: fc.nat(200), put: fc.string() });
  fc.assert(
    fc.property(fc.array(cut, { maxLength: 6 }), fc.integer({ min: 1, max: 999 }), (cuts, size) => {
      const text = cuts.reduce((t, { at, take, put }) => {
        return t.slice(0, at) + put + t.slice(at + take);
      }, whole);
      const pieces = text.match(new RegExp(`[^]{1,${size}}`, "g")) ?? [];
      const { runs } = readLabStream(pieces);
      expect(readLabStream([text]).runs).toEqual(runs);
      for (const { cpus, rows } of runs) {
        for (const { counts } of rows) expect(counts).toHaveLength(cpus);
      }
    }),
    { seed: 20_261_121, numRuns: 500 },
  );
});

test("the measured file has lines of that form", () => {
  const lines = readFileSync(FIXTURE_OWN, "utf8").trimEnd().split("\n");
  expect(lines[0]).toBe(csvLine(labColumns));
  expect([...labCsv.read(FIXTURE_OWN)]).toHaveLength(148);
});
