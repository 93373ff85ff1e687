import { expect, test } from "vitest";
import * as sd from "../../../lib/index.ts";

const run = sd.simulate({
  machine: sd.machine({ cpus: 2 }),
  linux: sd.linux({ release: "6.18" }),
  backend: sd.backend.native(),
  workload: sd.workload.collapse({ bytes: sd.MiB(64) }),
});

const counted = (cal: number, tlb = 0) =>
  sd.table([
    { cpu: 0, irq: "CAL", count: 0 },
    { cpu: 1, irq: "CAL", count: cal },
    { cpu: 0, irq: "TLB", count: 0 },
    { cpu: 1, irq: "TLB", count: tlb },
  ]);
const within = (table: sd.ColumnTable) =>
  Object.fromEntries(
    table.objects().map((row) => {
      const { row: name, within: said } = row as { row: string; within: string };
      return [name, said];
    }),
  );

test("equal counts agree; the difference of two rows leaves out what both have", () => {
  const spun = [counted(32 + 28, 28), counted(32 + 5, 5), counted(32 + 14, 14)];
  const found = within(sd.agreement(run, spun, { background: [counted(0), counted(0)] }));
  expect(found).toEqual({ CAL: "cannot tell", TLB: "cannot tell", "CAL-TLB": "yes" });
  const chart = sd.chart.agreement(sd.agreement(run, spun), {
    measured: "measured",
    predicted: "predicted",
  });
  expect(chart).toBeDefined();
});

test("the background is subtracted", () => {
  const table = sd.agreement(run, [counted(42), counted(42)], {
    background: [counted(10), counted(10)],
    rows: ["CAL"],
  });
  expect(table.objects()).toMatchObject([
    { predicted: 32, measured: 32, difference: 0, background: 10, within: "yes", repetitions: 2 },
  ]);
});

test("a lack is a no; an excess without background, and a single count, cannot be told", () => {
  const say = (counts: readonly number[], background: readonly number[] = []) =>
    within(
      sd.agreement(
        run,
        counts.map((count) => counted(count)),
        { rows: ["CAL"], background: background.map((count) => counted(count)) },
      ),
    ).CAL;
  expect(say([20, 20])).toBe("no");
  expect(say([50, 50])).toBe("cannot tell");
  expect(say([50, 50], [1, 1])).toBe("no");
  expect(say([32])).toBe("cannot tell");
  expect(say([32, 32], [0])).toBe("cannot tell");
});

test("a row or CPU that was not counted cannot be told", () => {
  const table = sd.agreement(run, [counted(32), counted(32)], { rows: ["CAL"], cpus: [7] });
  expect(table.objects()).toMatchObject([{ within: "cannot tell", measured: null }]);
  expect(() => sd.agreement(run, [counted(1)], { rows: ["CLA"] })).toThrow(/SD002.*CAL/);
  expect(() => sd.agreement(run, [])).toThrow(/SD001/);
  expect(() => sd.agreement(run, sd.table([{ cpu: 1 }]))).toThrow(/SD009/);
});
