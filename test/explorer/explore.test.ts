import { describe, expect, test } from "vitest";
import { explore, replaySchedule } from "../../lib/explorer/explore.ts";
import { own, program } from "../../lib/steps/builder.ts";
import type { FenceOrder } from "../../lib/steps/instructions.ts";
import type { SyncOptions } from "./trackers.ts";
import { entry, sync, tracked, walker, walking } from "./trackers.ts";

/**
 * Verdicts that the timed-and-exhaustive proof of this protocol, herd7 under TSO and the review of 2
 * February 2026 agree on: the fence of the walker and that of the sync side must both be full,
 * unless the entry is cleared by a locked exchange.
 */
const VERDICTS: readonly [
  walker: FenceOrder | undefined,
  sync: SyncOptions,
  sc: string,
  tso: string,
][] = [
  ["full", { clear: "store", fence: "full" }, "holds", "holds"],
  ["full", { clear: "store", fence: "read" }, "holds", "violated"],
  ["full", { clear: "store" }, "holds", "violated"],
  [undefined, { clear: "store", fence: "full" }, "holds", "violated"],
  ["full", { clear: "exchange" }, "holds", "holds"],
  ["full", { clear: "store", fence: "full", waits: false }, "violated", "violated"],
];

describe.each([
  { merging: true, symmetry: true },
  { merging: true, symmetry: false },
  { merging: false, symmetry: false },
])("merging $merging, symmetry $symmetry", (options) => {
  test.for(VERDICTS)("walker %s, sync %o: sc %s, x86-tso %s", ([fence, how, sc, tso]) => {
    const programs = { walker: walker(fence), sync: sync(how) };
    const outcomes = (["sc", "x86-tso"] as const).map(
      (model) => explore(tracked(model, 2, programs), options).outcome,
    );
    expect(outcomes).toEqual([sc, tso]);
  });
});

test("a violation has a shortest schedule, a listing with a column a CPU, and a replay", () => {
  const system = tracked("x86-tso", 1, {
    walker: walker("full"),
    sync: sync({ clear: "store", fence: "read" }),
  });
  const found = explore(system);
  expect(found.violation).toEqual({ property: "P-UAF", lane: 0, table: 0 });
  const listing = found.listing()!;
  expect(listing).toContain("CPU 0: walker 0");
  expect(listing).toContain("seen = READ_ONCE(entry[0])  = 1");
  expect(listing).toMatch(/P-UAF violated by CPU 0\n$/);
  expect(replaySchedule(system, found.schedule()!.text).listing).toBe(listing);
  const { steps } = found.schedule()!;
  expect(steps.filter(({ isMerged }) => !isMerged)).toHaveLength(found.depth);
  // A store that waits in the buffer is no transition, and stands before the drain of it all the same.
  const said = (part: string): number => steps.findIndex(({ text }) => text.startsWith(part));
  expect(steps[said("WRITE_ONCE(walking")]?.isMerged).toBe(true);
  expect(said("store buffer: walking")).toBeGreaterThan(said("WRITE_ONCE(walking"));
});

test("reductions keep the verdict and reduce the states", () => {
  const system = tracked("x86-tso", 3, {
    walker: walker("full"),
    sync: sync({ clear: "store", fence: "full" }),
  });
  const states = [
    explore(system, { merging: false, symmetry: false }),
    explore(system, { symmetry: false }),
    explore(system),
  ].map((one) => [one.outcome, one.states]);
  expect(states.map(([outcome]) => outcome)).toEqual(["holds", "holds", "holds"]);
  expect(states.map(([, count]) => count)).toEqual([217_106, 6_013, 2_245]);
});

test("what happened at least once is reported, so that an empty question cannot pass", () => {
  const idle = program("idle", { source: "" }, (k) => k.store(own(walking), 0));
  const nobodyWalks = explore(
    tracked("sc", 1, { walker: idle, sync: sync({ clear: "exchange" }) }),
  );
  expect(nobodyWalks.outcome).toBe("holds");
  expect(nobodyWalks.witnesses).toMatchObject({ walkerOverlapped: false, tableReused: true });
});

test("a bound that is reached leaves the question undecided", () => {
  const programs = { walker: walker("full"), sync: sync({ clear: "store", fence: "full" }) };
  const one = explore(tracked("x86-tso", 2, programs), { maxStates: 100 });
  expect(one.outcome).toBe("undecided");
});

test("a wait that nobody ends is a violation of P-LIVE", () => {
  const waiting = program("waiting", { source: "" }, (k) => k.lock({ variable: "entry", of: 0 }));
  const one = explore(tracked("sc", 1, { walker: waiting, sync: waiting }));
  expect(one.violation?.property).toBe("P-LIVE");
});

test("wrong systems are refused with what was expected", () => {
  const programs = { walker: walker("full"), sync: sync({ clear: "exchange" }) };
  expect(() => explore(tracked("sc", 8, programs))).toThrow("SD005");
  expect(() => explore(tracked("arm" as "sc", 1, programs))).toThrow("expected sc, x86-tso");
  expect(() => explore(tracked("sc", 1, programs), { merge: true } as object)).toThrow("SD002");
  const needs = program("needs", { params: ["mm"], source: "" }, (k) =>
    k.store(own(walking), "mm"),
  );
  expect(() => explore(tracked("sc", 1, { walker: needs, sync: needs }))).toThrow("SD007");
  expect(entry.initial).toBe(1);
  const system = tracked("sc", 1, programs);
  expect(() => replaySchedule(system, "sd1m:zz")).toThrow("SD006");
  expect(() => replaySchedule(system, "nonsense")).toThrow("SD006");
});
