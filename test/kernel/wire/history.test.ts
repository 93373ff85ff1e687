import fc from "fast-check";
import { expect, it } from "vitest";
import { History } from "../../../kernel/wire/history.ts";

const codes = ["1+1", "x = 2", "1+1", "sd.check()", "1 + 1"];

function filled(): History {
  const history = new History();
  for (const [index, code] of codes.entries()) history.add(index + 1, code);
  return history;
}

it.each([
  [{ hist_access_type: "tail", n: 2 }, [4, 5]],
  [{ hist_access_type: "tail", n: 0 }, []],
  [{ hist_access_type: "tail" }, [1, 2, 3, 4, 5]],
  [{ hist_access_type: "range", session: 0, start: 2, stop: 4 }, [2, 3]],
  [{ hist_access_type: "range", session: 1, start: 4 }, [4, 5]],
  [{ hist_access_type: "range", session: 2, start: 1 }, []],
  [{ hist_access_type: "range", session: -1 }, []],
  [{ hist_access_type: "search", pattern: "1*" }, [1, 3, 5]],
  [{ hist_access_type: "search", pattern: "1?1" }, [1, 3]],
  [{ hist_access_type: "search", pattern: "1*", unique: true }, [3, 5]],
  [{ hist_access_type: "search", pattern: "1*", n: 1 }, [5]],
  [{ hist_access_type: "search", pattern: "*check*" }, [4]],
  [{ hist_access_type: "search", pattern: "check" }, []],
  [{ hist_access_type: "search" }, [1, 2, 3, 4, 5]],
  [{ hist_access_type: "what" }, []],
  [{}, []],
])("%j finds %j", (request, counts) => {
  expect(filled().find(request)).toEqual(counts.map((count) => [1, count, codes[count - 1]]));
});

it("tells what a cell gave, when asked", () => {
  const history = new History();
  history.add(1, "1+1");
  history.setOutput("2");
  history.add(2, "let x");
  expect(history.find({ hist_access_type: "tail", output: true })).toEqual([
    [1, 1, ["1+1", "2"]],
    [1, 2, ["let x", null]],
  ]);
});

it("matches as the obvious regular expression does", () => {
  const few = fc.string({ unit: fc.constantFrom("a", "b", "*", "?"), maxLength: 8 });
  fc.assert(
    fc.property(few, fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 8 }), (glob, code) => {
      const history = new History();
      history.add(1, code);
      const expression = new RegExp(`^${glob.replaceAll("*", ".*").replaceAll("?", ".")}$`);
      const found = history.find({ hist_access_type: "search", pattern: glob });
      expect(found.length === 1).toBe(expression.test(code));
    }),
    { seed: 54, numRuns: 2_000 },
  );
});

it("a pattern of many stars ends soon", () => {
  const history = new History();
  history.add(1, "a".repeat(2_000));
  const pattern = `${"*a".repeat(500)}b`;
  expect(history.find({ hist_access_type: "search", pattern })).toEqual([]);
});

it("forgets the oldest of very many", () => {
  const history = new History();
  for (let count = 1; count <= 20_001; count++) history.add(count, "1");
  expect(history.find({ hist_access_type: "tail" }).length).toBeLessThanOrEqual(20_000);
  expect(history.find({ hist_access_type: "tail", n: 1 })[0]?.[1]).toBe(20_001);
});
