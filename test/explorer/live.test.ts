/** P-LIVE: what ends, what cannot end any more, and what need not. */
import { describe, expect, test } from "vitest";
import { explore, replaySchedule } from "../../lib/explorer/explore.ts";
import type { LaneSpec, SystemSpec } from "../../lib/explorer/system.ts";
import type { Builder } from "../../lib/steps/builder.ts";
import { program } from "../../lib/steps/builder.ts";
import type { Place, Variable } from "../../lib/steps/instructions.ts";

const NAMES = ["x", "y"];
const variables: readonly Variable[] = NAMES.map((name): Variable => {
  return { name, scope: "global", holds: "number", initial: 0, meaning: "test" };
});
const [x, y] = NAMES.map((variable): Place => ({ variable })) as [Place, Place];

function lane(name: string, write: (k: Builder) => void): LaneSpec {
  return { name, thread: program(name, { source: "test" }, write) };
}

function system(memoryModel: SystemSpec["memoryModel"], ...lanes: LaneSpec[]): SystemSpec {
  return { lanes, variables, mms: 1, tables: 0, initial: [], memoryModel, window: 4 };
}

/** Spins until a variable is 1. */
const spinsOn = (k: Builder, at: Place): void => {
  k.load("seen", at);
  k.while("seen", "!=", 1, () => k.load("seen", at));
};
const passes = lane("goes on for ever", (k) => k.forever(() => k.load("any", y)));
const waits = lane("waits", (k) => spinsOn(k, x));

describe.each(["sc", "x86-tso", "weak"] as const)("%s", (model) => {
  const outcomeOf = (...lanes: LaneSpec[]): string => {
    const { outcome, violation } = explore(system(model, ...lanes));
    return violation === undefined ? outcome : `${outcome} ${violation.property}`;
  };

  test("a CPU that spins on what somebody writes ends, whoever else goes on", () => {
    const writes = lane("writes", (k) => k.store(x, 1));
    expect(outcomeOf(waits, writes)).toBe("holds");
    expect(outcomeOf(waits, writes, passes)).toBe("holds");
  });

  test("one that spins on what nobody writes never does", () => {
    expect(outcomeOf(waits)).toBe("violated P-LIVE");
    expect(outcomeOf(waits, passes)).toBe("violated P-LIVE");
  });

  test("one that is written too early, and then taken back, may not", () => {
    const writes = lane("writes", (k) => {
      k.store(x, 1);
      k.store(x, 0);
    });
    expect(outcomeOf(waits, writes)).toBe("violated P-LIVE");
  });

  test("two locks in two orders, beside somebody who goes on for ever", () => {
    const both = (first: Place, second: Place): LaneSpec =>
      lane("locks", (k) => {
        k.lock(first);
        k.lock(second);
        k.unlock(second);
        k.unlock(first);
      });
    expect(outcomeOf(both(x, y), both(y, x), passes)).toBe("violated P-LIVE");
    expect(outcomeOf(both(x, y), both(x, y), passes)).toBe("holds");
  });

  test("loops that are counted end, and those without an end need none", () => {
    const counts = lane("counts", (k) => {
      k.set("left", 3);
      k.while("left", ">", 0, () => {
        k.store(x, "left");
        k.compute("left", "left", "-", 1);
      });
    });
    expect(outcomeOf(counts, passes)).toBe("holds");
    expect(outcomeOf(passes)).toBe("holds");
  });

  test("a timer that goes on for ever is no progress", () => {
    const nothing = program("tick", { source: "test" }, (k) => k.load("any", y));
    const writes = program("tick", { source: "test" }, (k) => k.store(x, 1));
    expect(outcomeOf({ ...waits, timer: nothing })).toBe("violated P-LIVE");
    expect(outcomeOf({ ...waits, timer: writes })).toBe("holds");
  });
});

test.each([true, false])("the schedule leads there again, merging: %s", (merging) => {
  const late = lane("writes", (k) => {
    k.store(x, 1);
    k.store(x, 0);
  });
  const spec = system("sc", waits, late, passes);
  const found = explore(spec, { merging });
  const again = replaySchedule(spec, found.schedule()!.text);
  expect(again.schedule.violation).toEqual({ property: "P-LIVE", lane: -1, table: -1 });
  expect(again.listing).toContain("P-LIVE violated");
  expect(again.schedule.steps.filter(({ isMerged }) => !isMerged)).toHaveLength(found.depth);
  const before = found.schedule()!.text.replace(/\.[^.]*$/, "");
  expect(replaySchedule(spec, before).schedule.violation).toBeUndefined();
});
