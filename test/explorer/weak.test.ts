import fc from "fast-check";
import { expect, test } from "vitest";
import { explore, replaySchedule } from "../../lib/explorer/explore.ts";
import { litmus } from "../../lib/explorer/litmus.ts";
import type { LitmusTest } from "../../lib/explorer/litmusTest.ts";
import type { MemoryModel } from "../../lib/explorer/system.ts";
import { of, own, program } from "../../lib/steps/builder.ts";
import type { AccessOrder, Program } from "../../lib/steps/instructions.ts";
import { axiomaticFinals } from "./axioms.ts";
import { allTests, simpleTests } from "./randomLitmus.ts";
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

function finals(one: LitmusTest, memoryModel: MemoryModel, merging = true): readonly string[] {
  return litmus(one, { memoryModel, merging }).finals;
}

test("whatever SC shows x86-TSO shows, and whatever that shows weak shows", () => {
  const more = { tso: 0, weak: 0 };
  fc.assert(
    fc.property(allTests, (one) => {
      const [sc, tso, weak] = [finals(one, "sc"), finals(one, "x86-tso"), finals(one, "weak")];
      expect(tso).toEqual(expect.arrayContaining([...sc]));
      expect(weak).toEqual(expect.arrayContaining([...tso]));
      if (tso.length > sc.length) more.tso++;
      if (weak.length > tso.length) more.weak++;
    }),
    { numRuns: 500, seed: 1 },
  );
  // Otherwise the programs were too simple to tell the models apart.
  expect(more.tso).toBeGreaterThan(15);
  expect(more.weak).toBeGreaterThan(25);
});

test("merging changes no outcome of the weak model", () => {
  fc.assert(
    fc.property(allTests, (one) => {
      expect(finals(one, "weak", false)).toEqual(finals(one, "weak"));
    }),
    { numRuns: 60, seed: 2 },
  );
});

test("without atomics, weak shows exactly what the axioms of Arm's model allow", () => {
  fc.assert(
    fc.property(simpleTests, (one) => {
      expect(finals(one, "weak")).toEqual(axiomaticFinals(one));
    }),
    { numRuns: 150, seed: 3 },
  );
});
