import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type ProgressOptions, progress } from "../../lib/index.ts";
import { fakeKernel, noScreens, type Shown } from "./fakeHost.ts";

let shown: Shown[];

beforeEach(() => {
  shown = fakeKernel();
  vi.useFakeTimers({ toFake: ["performance"] });
});

afterEach(() => {
  noScreens();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function lastText(): unknown {
  return shown.at(-1)?.data["text/plain"];
}

function pass(ms: number): void {
  vi.advanceTimersByTime(ms);
}

describe("progress over values", () => {
  it("gives every value, and ends as one line without times", () => {
    const values: number[] = [];
    for (const value of progress([1, 2, 3], { label: "cells" })) {
      values.push(value);
      pass(150);
    }
    expect(values).toEqual([1, 2, 3]);
    expect(shown.at(-1)).toMatchObject({ data: { "text/plain": "cells: 3 of 3" }, update: true });
    expect(Object.keys(shown.at(-1)!.data)).toEqual(["text/plain"]);
    expect(new Set(shown.map(({ id }) => id)).size).toBe(1);
  });

  it("shows rate and rest while it goes on, ten times a second at most", () => {
    for (const _ of progress(Array.from({ length: 1_000 }))) pass(10);
    expect(shown.length).toBeLessThan(110);
    expect(shown[10]!.data["text/plain"]).toMatch(/^\d+ of 1000, 1\.0e\+2 a second, \d+ s left$/);
  });

  it("that is left says so", () => {
    for (const _ of progress([1, 2, 3])) break;
    expect(lastText()).toBe("0 of 3, stopped");
    expect(() => {
      for (const value of progress(new Set([1, 2]))) if (value === 2) throw new Error("no");
    }).toThrow("no");
    expect(lastText()).toBe("1 of 2, stopped");
  });

  it("of unknown number counts", () => {
    function* some(): Generator<number> {
      yield* [1, 2];
    }
    for (const _ of progress(some())) pass(1);
    expect(lastText()).toBe("2");
    for (const _ of progress(some(), { total: 5 })) pass(1);
    expect(lastText()).toBe("2");
    for (const _ of progress(some(), { total: 2 })) pass(1);
    expect(lastText()).toBe("2 of 2");
  });

  it("waits for values that come later", async () => {
    async function* later(): AsyncGenerator<number> {
      yield* [1, 2];
    }
    const values: number[] = [];
    for await (const value of progress(later(), { label: "later" })) values.push(value);
    expect(values).toEqual([1, 2]);
    expect(lastText()).toBe("later: 2");
  });
});

describe("progress by hand", () => {
  it("ends with its last step, once", () => {
    const bar = progress(3);
    bar.step();
    bar.step(2);
    expect(lastText()).toBe("3 of 3");
    const count = shown.length;
    bar.step();
    bar.end();
    expect(shown).toHaveLength(count);
  });

  it("can end early, and may have nothing to do", () => {
    progress(3, { label: "short" }).end();
    expect(lastText()).toBe("short: 0 of 3, stopped");
    progress(0);
    expect(lastText()).toBe("0 of 0");
  });
});

it("a label cannot hide or move anything", () => {
  for (const _ of progress([1], { label: "<img src=x>\u001b[2J\u202e" })) pass(200);
  const html = String(shown[0]!.data["text/html"]);
  expect(html).toContain("&#60;img src=x&#62;\\u{1b}[2J\\u{202e}");
  expect(lastText()).toBe("<img src=x>\\u{1b}[2J\\u{202e}: 1 of 1");
});

it("what cannot be gone over is an error", () => {
  const wrong = progress as (source: unknown, options?: ProgressOptions) => unknown;
  for (const source of [null, {}, "text".length / 3, -1]) {
    expect(() => wrong(source)).toThrow(/^SD001/);
  }
  expect(() => wrong([], { total: -1 })).toThrow(/^SD001/);
});

it("without a notebook it is one line on stderr", () => {
  noScreens();
  const write = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const { isTTY } = process.stderr;
  process.stderr.isTTY = false;
  for (const _ of progress([1, 2], { label: "cells" })) pass(200);
  expect(write.mock.calls).toEqual([["cells: 2 of 2\n"]]);
  process.stderr.isTTY = isTTY;
});
