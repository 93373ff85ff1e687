/**
 * The two interpreters agree on meaning: whatever a timed run does, step by step and value by value,
 * is a path of the explorer's graph.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SystemSpec } from "../../lib/explorer/system.ts";
import { of, own, program } from "../../lib/steps/builder.ts";
import { eagerRun, marked } from "./eagerRuns.ts";
import { leavesGraphAt } from "./following.ts";
import { QUESTIONS } from "./promelaQuestions.ts";
import { costs, expectPaths, seeds } from "./randomRuns.ts";
import { entry, sync, tracked, walker, walking } from "./trackers.ts";

test("every run of random programs is a path of the graph", () => {
  expectPaths(150);
});

describe("kernel paths", () => {
  const names = ["2 walkers, sc", "broadcast, sc", "targeted, sc"];
  test.for(QUESTIONS.filter(({ name }) => names.includes(name)))("$name", ({ spec: plain }) => {
    const spec = marked(plain);
    const endless = spec.lanes.flatMap(({ name }, i) => (/walk|GUP/.test(name) ? [i] : []));
    const property = fc.property(costs, seeds, (table, seed) => {
      const events = eagerRun(spec, { costs: table, seed, endless });
      expect(events.length).toBeGreaterThan(20);
      expect(leavesGraphAt(spec, events)).toBe(-1);
    });
    fc.assert(property, { numRuns: 5, seed: 5 });
  });
});

describe("a difference in meaning is found", () => {
  const right = tracked("sc", 1, {
    walker: walker("full"),
    sync: sync({ clear: "store", fence: "full" }),
  });
  const run = (spec: SystemSpec): ReturnType<typeof eagerRun> =>
    eagerRun(spec, { costs: [5, 9, 2], seed: 1, endless: [0] });

  test("in what a load reads", () => {
    const events = run(marked(right));
    const read = events.findIndex(({ value }) => value !== undefined);
    const wrong = events.map((one, i) => (i === read ? { ...one, value: one.value! + 1 } : one));
    expect(leavesGraphAt(marked(right), events)).toBe(-1);
    expect(leavesGraphAt(marked(right), wrong)).toBe(read);
  });

  test("in who is waited for", () => {
    // Planted: the explored program calls nobody, the one that was run calls the walker.
    const events = run(marked(right));
    const [lane, other] = marked(right).lanes;
    const lonely = program("sync", { source: "test" }, (k) => {
      k.store(of(entry, 0), 0);
      k.load("walks", own(walking));
    });
    const spec = { ...right, lanes: [lane!, { ...other!, thread: lonely }] };
    expect(leavesGraphAt(spec, events)).toBeGreaterThanOrEqual(0);
  });

  test("in the order of two stores", () => {
    const both = (first: number, second: number): SystemSpec => {
      const thread = program("stores", { source: "test" }, (k) => {
        k.store(own(walking), first);
        k.store(own(walking), second);
        k.load("last", own(walking));
        k.store(of(entry, 0), "last");
      });
      return marked({ ...right, lanes: [{ name: "one", thread }] });
    };
    const events = run({ ...both(0, 1), lanes: [{ name: "idle" }, ...both(0, 1).lanes] });
    const ofFirst = events.map((event) => ({ ...event, cpu: 0 }));
    expect(leavesGraphAt(both(0, 1), ofFirst)).toBe(-1);
    expect(leavesGraphAt(both(1, 0), ofFirst)).toBeGreaterThan(0);
  });
});
