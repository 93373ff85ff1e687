import { describe, expect, test } from "vitest";
import { GiB, KiB, MiB } from "../../lib/base/units.ts";
import { eachStep } from "../../lib/steps/walk.ts";
import { groupCalls } from "../../lib/workloads/calls.ts";
import { dontneed } from "../../lib/workloads/dontneed.ts";
import { madviseCold, madviseFree } from "../../lib/workloads/madvise.ts";
import { mprotect } from "../../lib/workloads/mprotect.ts";
import { mremap } from "../../lib/workloads/mremap.ts";
import type { Workload } from "../../lib/workloads/workload.ts";
import { environment } from "../mm/environments.ts";
import { namesOf, planOf } from "./contexts.ts";

const PAGE = KiB(4);

/** Values that the program of the calls puts into a register, in order. */
function valuesOf(workload: Workload, register: RegExp): unknown[] {
  const found: unknown[] = [];
  eachStep(planOf(workload).operation[0]!.program.steps, (step) => {
    if (step.kind === "set" && register.test(step.into)) found.push(step.to);
  });
  return found;
}

/** Pages that are zapped at once, and in the rest of the range. */
function zapped(workload: Workload): unknown {
  const [tables] = valuesOf(workload, /^tables_left/);
  const [perTable, tail] = valuesOf(workload, /^left/);
  return { tables, perTable, tail };
}

describe("groups of calls", () => {
  const path = planOf(mprotect({ bytes: PAGE })).operation[0]!.program;

  test("equal neighbours are one group", () => {
    const calls = [1, 1, 2, 2, 2, 1].map((pages) => ({ path, args: { pages } }));
    const counts = groupCalls(calls).map(({ args, count }) => [args.pages, count]);
    expect(counts).toEqual([
      [1, 2],
      [2, 3],
      [1, 1],
    ]);
  });

  test("calls of another path are another group", () => {
    const other = planOf(mprotect({ bytes: PAGE })).operation[0]!.program;
    const calls = [path, other].map((one) => ({ path: one, args: { pages: 1 } }));
    expect(groupCalls(calls).length).toBe(2);
  });
});

describe("dontneed", () => {
  test("tables that lie in the range as a whole, and the pages behind them", () => {
    const of = (bytes: number, strideBytes = PAGE): unknown =>
      zapped(dontneed({ bytes, strideBytes }));
    expect(of(PAGE)).toEqual({ tables: 0, perTable: 512, tail: 1 });
    expect(of(MiB(2))).toEqual({ tables: 1, perTable: 512, tail: 0 });
    expect(of(MiB(5))).toEqual({ tables: 2, perTable: 512, tail: 256 });
    expect(of(MiB(5), KiB(64))).toEqual({ tables: 2, perTable: 32, tail: 16 });
    expect(of(MiB(8), MiB(4))).toEqual({ tables: 2, perTable: 1, tail: 0 });
    expect(of(MiB(9), MiB(4))).toEqual({ tables: 2, perTable: 1, tail: 1 });
  });
});

test("madviseFree and madviseCold go by their own paths", () => {
  const labels = [madviseFree, madviseCold].map((make) => {
    const found: string[] = [];
    const { operation } = planOf(make({ bytes: PAGE, calls: 3 }));
    eachStep(operation[0]!.program.steps, (step) => {
      if (step.kind === "section") found.push(step.label);
    });
    return [...namesOf(operation), found[0]];
  });
  expect(labels).toEqual([
    ["0 madviseFree_calls", "madvise_free"],
    ["0 madviseCold_calls", "madvise_cold"],
  ]);
});

describe("mremap", () => {
  const tables = (options: Parameters<typeof mremap>[0]): unknown[] =>
    valuesOf(mremap(options), /^tables_left/);

  test("tables that move are not left behind", () => {
    expect(tables({ bytes: MiB(16) })).toEqual([2]); // a PMD and a PUD table
    expect(tables({ bytes: MiB(16), calls: 3 })).toEqual([0, 2]);
    expect(tables({ bytes: GiB(1), strideBytes: MiB(2) })).toEqual([1]); // a PUD table
  });

  test("tables of pages that move are", () => {
    expect(tables({ bytes: PAGE })).toEqual([3]);
    expect(tables({ bytes: MiB(16), sourceOffsetBytes: PAGE })).toEqual([11]);
    expect(tables({ bytes: PAGE, keepNeighbour: true })).toEqual([0]);
  });

  test("moves that lie alike are one path", () => {
    const sections: string[] = [];
    const one = planOf(mremap({ bytes: MiB(2), calls: 600 })).operation[0]!.program;
    for (const step of one.steps) sections.push(step.kind);
    expect(sections.filter((kind) => kind === "while").length).toBeLessThan(10);
  });

  test("the first table of a late range is taken whole since 6.7", () => {
    const options = { bytes: MiB(2) - PAGE, sourceOffsetBytes: PAGE, targetOffsetBytes: PAGE };
    const left = (release: string): unknown => {
      const plan = planOf(mremap(options), { env: environment({ release }) });
      let tables: unknown;
      eachStep(plan.operation[0]!.program.steps, (step) => {
        if (step.kind === "set" && /^tables_left/.test(step.into)) tables = step.to;
      });
      return tables;
    };
    expect([left("6.1"), left("6.12")]).toEqual([3, 2]);
  });

  test("offsets are whole pages below a gigabyte", () => {
    expect(() => mremap({ bytes: PAGE, sourceOffsetBytes: 100 })).toThrow(
      "SD004: impossible sourceOffsetBytes: 100: pages cannot be cut (4096 bytes)",
    );
    expect(() => mremap({ bytes: PAGE, targetOffsetBytes: GiB(1) })).toThrow("SD001");
    expect(() => mremap({ bytes: GiB(1025) })).toThrow("SD001: invalid bytes");
  });

  test("ranges that exceed the address space are refused", () => {
    expect(() => mremap({ bytes: PAGE, calls: 1000, spacingBytes: GiB(200) })).toThrow(
      "SD005: mremap does not fit",
    );
  });
});
