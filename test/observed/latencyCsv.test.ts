import { expect, test } from "vitest";
import { latencyHeader, latencyLines, parseLatencies } from "../../lib/observed/latencyCsv.ts";
import { recognise } from "../../lib/observed/recognise.ts";

const group = {
  ...{ kernel: '6.18, "a"', cpus: 2, operation: "munmap", threads: 2, siblings: "spin" },
  ...{ priority: "fifo", repetition: 0, block: 1, samples: [1200, 1300.5] },
};

test("what is written is read again", () => {
  const text = latencyLines([group, { ...group, operation: "clock", samples: [20] }]);
  expect(recognise(text)).toBe("latencies");
  const { cpus, groups, skipped } = parseLatencies(text);
  expect(cpus).toBe(2);
  expect(groups).toEqual([
    { operation: "munmap", block: 1, samples: [1200, 1300.5] },
    { operation: "clock", block: 1, samples: [20] },
  ]);
  expect(skipped).toEqual([]);
  expect(parseLatencies(latencyLines([])).cpus).toBeUndefined();
});

test("other lines are counted, another header is an error", () => {
  const good = latencyLines([group]);
  const bad = ["", "1,2", "k,2,munmap,2,spin,fifo,0,1,-5", "k,2,<b>,2,spin,fifo,0,1,5", "x"];
  const { groups, skipped } = parseLatencies(`${good}${bad.join("\n")}\n`);
  expect(groups).toMatchObject([{ operation: "munmap", samples: [1200, 1300.5] }]);
  expect(skipped.reduce((sum, { count }) => sum + count, 0)).toBe(5);
  expect(() => parseLatencies("kernel,cpus\n")).toThrow(/SD006/);
  expect(latencyHeader.startsWith("kernel,cpus,operation,threads,")).toBe(true);
});
