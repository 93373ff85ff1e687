import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ShootdownError } from "../../lib/base/messages.ts";
import { labCsv } from "../../lib/observed/labCsv.ts";
import { measuredPath } from "./measuredData.ts";
import { mutated, warmMilliseconds } from "./mutation.ts";

const header =
  "boot,mode,arch,kernel,cpus,case,params,run,rep,ops,op_us,base_us,minflt," +
  "row,desc,delta,base_delta,percpu_delta,percpu_base,extra";
const run1 =
  "x86-6.1-2-main,qemu-tcg round robin,x86_64,6.1.0,2,collapse,mb=64 T=1,1,0,32,900,700,5";
const run2 = "x86-6.1-2-main,qemu-tcg round robin,x86_64,6.1.0,2,idle,ms=300,2,0,,300,300,";
const lines = [
  header,
  `${run1},CAL,Function call interrupts,32,1,"[0,32]","[1,0]","{""err"": 0, ""calls"": 1}"`,
  `${run1},TLB,TLB shootdowns,0,0,"[0,0]",0,`,
  `${run2},LOC,Local timer interrupts,75,74,,,`,
  `${run2},CAL,Function call interrupts,0,0,"[0,0]",0,{}`,
];
const text = `${lines.join("\r\n")}\r\n`;

describe("the lab's data.csv", () => {
  test("gives one run for the consecutive lines of one boot and run number", () => {
    const [first, second, ...rest] = Array.from(labCsv.parse(text));
    expect(rest).toEqual([]);
    expect(first).toEqual({
      boot: "x86-6.1-2-main",
      mode: "qemu-tcg round robin",
      arch: "x86_64",
      kernel: "6.1.0",
      cpus: 2,
      caseName: "collapse",
      params: { mb: "64", T: "1" },
      paramsText: "mb=64 T=1",
      run: 1,
      rep: 0,
      ops: 32,
      opNs: 900_000,
      baseNs: 700_000,
      minflt: 5,
      rows: {
        CAL: {
          description: "Function call interrupts",
          delta: 32,
          baseDelta: 1,
          perCpu: [0, 32],
          basePerCpu: [1, 0],
        },
        TLB: {
          description: "TLB shootdowns",
          delta: 0,
          baseDelta: 0,
          perCpu: [0, 0],
          basePerCpu: [0, 0],
        },
      },
      extra: { err: 0, calls: 1 },
    });
    expect([second?.caseName, second?.ops, second?.minflt]).toEqual(["idle", undefined, undefined]);
    expect(second?.rows.LOC?.perCpu).toBeUndefined();
  });

  test("reads quoted quotes and line breaks, a byte order mark, and columns in any order", () => {
    const shuffled = [
      `\uFEFF${header.split(",").reverse().join(",")}`,
      `{},0,"[0,3]",0,3,"a ""b""\n,c",CAL,,300,300,,0,1,ms=3,idle,2,6.1,x86_64,qemu,boot`,
    ].join("\n");
    const [run] = Array.from(labCsv.parse(shuffled));
    expect(run?.rows.CAL?.description).toBe('a "b"\n,c');
    expect(run?.params).toEqual({ ms: "3" });
  });

  test("reads a file in pieces as it reads a text, and again when it is iterated again", () => {
    const folder = mkdtempSync(join(tmpdir(), "lab-"));
    try {
      const line = (run: number): string => `${lines[3]}`.replace(",2,0,", `,${run},0,`);
      const numbers = Array.from({ length: 700 }, (_, index) => index + 1);
      const long = [header, ...numbers.map(line)].join("\n").replaceAll("Local", "Örtliche");
      writeFileSync(join(folder, "data.csv"), long);
      const runs = labCsv.read(join(folder, "data.csv"));
      expect(Array.from(runs)).toEqual(Array.from(labCsv.parse(long)));
      expect(Array.from(runs, (run) => run.run)).toEqual(numbers);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("says which file cannot be read", () => {
    expect(() => Array.from(labCsv.read("/nowhere/data.csv"))).toThrow(
      /^SD011: file refused: "\/nowhere\/data.csv" \(ENOENT/,
    );
  });
});

describe("a line that is not as it should be", () => {
  const replaced = (from: string, to: string): string => text.replace(from, to);

  test.for([
    ["fields are missing", replaced(",Function", ""), "line 2, line", "19 fields", "20 fields"],
    ["a number is none", replaced(",32,1,", ",many,1,"), "line 2, delta", "many", "an integer"],
    [
      "the sum is wrong",
      replaced("[0,32]", "[0,31]"),
      "line 2, percpu_delta",
      "values with the sum 31",
      "the sum 32",
    ],
    ["a CPU is missing", replaced("[0,32]", "[32]"), "line 2, percpu_delta", "1 values", "2 CPUs"],
    [
      "a list is none",
      replaced("[0,32]", "[0,"),
      "line 2, percpu_delta",
      "[0,",
      "a list of integers",
    ],
    [
      "extra is no object",
      replaced(",{}", ",[1]"),
      "line 5, extra",
      "[1]",
      "an object of integers",
    ],
    ["CPUs are absurd", replaced(",2,idle", ",999999,idle"), "line 4, cpus", "999999", "1…8192"],
    ["a row comes twice", `${text}${lines[4]}`, "line 6, row", "CAL", "each row once in a run"],
  ] as const)("throws its number and what is wrong: %s", ([, bad, where, found, expected]) => {
    expect(() => Array.from(labCsv.parse(bad))).toThrow(
      `SD006: malformed ${where}: ${JSON.stringify(found)} (expected ${expected})`,
    );
  });

  test("throws when it contradicts the other lines of its run", () => {
    const bad = `${text}${lines[4]?.replace("ms=300", "ms=301").replace("CAL", "TLB")}`;
    expect(() => Array.from(labCsv.parse(bad))).toThrow(/^SD006: malformed line 6, run: /);
  });

  test("is counted with its reason when it is to be skipped", () => {
    const bad = `${text.replace("[0,32]", "[0,31]")}\nx"y\nonly,three,fields`;
    const runs = labCsv.parse(bad, { malformed: "skip" });
    expect(Array.from(runs, (run) => Object.keys(run.rows))).toEqual([["TLB"], ["LOC", "CAL"]]);
    expect(runs.skipped.map(({ reason, count, firstLine }) => [reason, count, firstLine])).toEqual([
      ["malformed percpu_delta", 1, 2],
      ["blank line", 1, 6],
      ["malformed record", 1, 7],
    ]);
  });

  test("is a header without a column, or no header at all", () => {
    const headless = text.replace("base_delta", "basedelta");
    expect(() => Array.from(labCsv.parse(headless))).toThrow(/expected a column base_delta\)$/);
    expect(() => Array.from(labCsv.parse(""))).toThrow('malformed lab data: "" (expected a header');
  });

  test("is refused for a misspelt option", () => {
    expect(() => labCsv.parse(text, { malfromed: "skip" } as object)).toThrow(/^SD002.*malformed/);
  });
});

describe("any text, however damaged", () => {
  test("gives runs or a coded error, and only runs when told to skip bad lines", () => {
    fc.assert(
      fc.property(mutated(text), (damaged) => {
        try {
          for (const run of labCsv.parse(damaged, { malformed: "skip" })) {
            for (const row of Object.values(run.rows)) {
              expect([undefined, run.cpus]).toContain(row.perCpu?.length);
            }
          }
        } catch (error) {
          if (!(error instanceof ShootdownError)) throw error;
          expect(error.message).toMatch(/^SD006: malformed (header|lab data):/);
        }
      }),
      { numRuns: 3000 },
    );
  });

  test.each([
    ["a quote without an end", '"', "x\n"],
    ["quotes", "", '"'],
    ["commas", "", ","],
    ["lines", "", "neither,a,run,nor,a,row,of,one\n"],
    ["a line without an end", "", "word"],
  ])("takes time in proportion to its length: %s", (_, start, piece) => {
    const long = `${header}\n${start}${piece.repeat(1_000_000 / piece.length)}`;
    const read = (): unknown => Array.from(labCsv.parse(long, { malformed: "skip" }));
    expect(warmMilliseconds(read)).toBeLessThan(1000);
  });
});

describe("the measured labs", () => {
  test.for([
    ["lab/data.csv", 4_573, { CAL: 642_280, TLB: 255_001, IPI1: 19_717, "16": 10_733 }],
    ["lab-policies/data.csv", 240, { CAL: 18_131, TLB: 6_834 }],
  ] as const)("%s holds %i runs and %o", ([name, count, expected], context) => {
    const totals: Record<string, number> = {};
    let runs = 0;
    for (const run of labCsv.read(measuredPath(context, name))) {
      runs++;
      for (const [label, row] of Object.entries(run.rows)) {
        totals[label] = (totals[label] ?? 0) + row.delta;
      }
    }
    expect(runs).toBe(count);
    expect(totals).toMatchObject(expected);
  });
});
