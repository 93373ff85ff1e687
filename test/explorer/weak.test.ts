import { expect, test } from "vitest";
import { explore, replaySchedule } from "../../lib/explorer/explore.ts";
import { of, own, program } from "../../lib/steps/builder.ts";
import type { AccessOrder, Program } from "../../lib/steps/instructions.ts";
import { expectAxiomaticFinals, expectMergedFinals, expectMoreBehaviours } from "./randomRuns.ts";
import type { SyncOptions } from "./trackers.ts";
import { entry, sync, tracked, walker, walking } from "./trackers.ts";

/** A walker whose tracker is cleared with the given order. */
function clearing(order: AccessOrder): Program {
  return program("walker", { source: "test" }, (k) => {
    k.forever(() => {
      k.irqOff();
      k.store(own(walking), 1);
      k.fence("full");
      k.load("seen", of(entry, 0));
      k.if("seen", "==", 1, () => k.ghost("use", 0));
      k.store(own(walking), 0, order);
      k.irqOn();
    });
  });
}

/** herd7 with the kernel's model says the same of each (engine-performance.md §2). */
const VERDICTS: readonly [string, walker: Program, sync: SyncOptions, weak: string][] = [
  ["mb/mb", walker("full"), { clear: "store", fence: "full" }, "holds"],
  ["mb/rmb", walker("full"), { clear: "store", fence: "read" }, "violated"],
  ["mb/none", walker("full"), { clear: "store" }, "violated"],
  ["none/mb", walker(undefined), { clear: "store", fence: "full" }, "violated"],
  ["mb/xchg", walker("full"), { clear: "exchange" }, "holds"],
  ["mb/mb, plain clear", clearing("once"), { clear: "store", fence: "full" }, "violated"],
  ["mb/mb, release", clearing("release"), { clear: "store", fence: "full" }, "holds"],
];

test.for(VERDICTS)("%s", ([, walks, how, weak]) => {
  const programs = { walker: walks, sync: sync(how) };
  expect(explore(tracked("weak", 1, programs)).outcome).toBe(weak);
  expect(explore(tracked("weak", 2, programs)).outcome).toBe(weak);
  const one = tracked("weak", 1, programs);
  expect(explore(one, { merging: false, symmetry: false }).outcome).toBe(weak);
});

test("a plain clear of the tracker is safe under x86-TSO", () => {
  const programs = { walker: clearing("once"), sync: sync({ clear: "store", fence: "full" }) };
  expect(explore(tracked("x86-tso", 2, programs)).outcome).toBe("holds");
});

test("a schedule says what was done early, and is replayed", () => {
  const programs = { walker: clearing("once"), sync: sync({ clear: "store", fence: "full" }) };
  const system = tracked("weak", 1, programs);
  const found = explore(system);
  const listing = found.listing()!;
  expect(replaySchedule(system, found.schedule()!.text).listing).toBe(listing);
  expect(listing).toContain("early: WRITE_ONCE(walking, 0)");
  expect(listing).toMatch(/P-UAF violated by CPU 0\n$/);
});

test("whatever SC shows x86-TSO shows, and whatever that shows weak shows", () => {
  expectMoreBehaviours(150);
});

test("merging changes no outcome of any model", () => {
  expectMergedFinals(30);
});

test("without atomics, weak shows exactly what the axioms of Arm's model allow", () => {
  expectAxiomaticFinals(50);
});

test.each(["sc", "x86-tso", "weak"] as const)("%s: every CPU has a mask of its own", (model) => {
  const mask = { name: "mask", scope: "cpu", holds: "mask", initial: 0, meaning: "CPUs" } as const;
  const sets = program("sets", { source: "test" }, (k) => k.setBit(own(mask), "self"));
  const looks = program("looks", { source: "test" }, (k) => {
    k.ghost("free", 0);
    k.loadMask("found", own(mask));
    k.countMask("count", "found");
    k.if("count", ">", 0, () => k.ghost("use", 0));
  });
  const lanes = [
    { name: "sets", thread: sets },
    { name: "looks", thread: looks },
  ];
  const rest = { variables: [mask], mms: 1, tables: 1, initial: [], memoryModel: model };
  expect(explore({ lanes, ...rest }).outcome).toBe("holds");
});
