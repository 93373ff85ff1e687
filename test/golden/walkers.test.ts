/** The targeted policy beside threads that walk page tables with GUP-fast. */
import { expect, test } from "vitest";
import { MiB, steps, tableSync, workload } from "../../lib/index.ts";
import { tableSmpSync } from "../../lib/mm/sync.ts";
import type { Place } from "./counts.ts";
import { counts, perCpu, run } from "./counts.ts";

const { collapse, gupFastHammer, together } = workload;
const TABLES = 40;

/** A collapse on CPU 0 and walkers on the CPUs behind it. */
function besideWalkers(threads: number, process: "same" | "other", gapNs = 200) {
  const hammer = gupFastHammer({ threads, process, gapNs, pages: 8 });
  return together(collapse({ bytes: MiB(2 * TABLES) }), hammer);
}

/** The targeted policy, which also tallies the trackers that name the address space. */
function countingTrackers() {
  const { walkerEnter, walkerExit } = tableSync.targeted().hooks;
  const { active_lockless_pt_walk_mm: walkedMm } = steps.variables;
  const source = "tableSync.targeted with a tally";
  const sync = steps.program("sync", { params: ["mm"], source }, (k) => {
    k.smpMb();
    k.emptyMask("walkers");
    k.forEachCpu("cpu", "online", () => {
      k.load("walked", steps.of(walkedMm!, "cpu"));
      k.if("walked", "==", "mm", () => k.addCpu("walkers", "cpu"));
    });
    k.countMask("found", "walkers");
    k.tally("trackers", "found");
    k.crossCall("walkers", tableSmpSync);
    k.awaitCalls();
  });
  const hooks = { walkerEnter: walkerEnter!, walkerExit: walkerExit!, sync };
  return tableSync.custom({ name: "counting", options: {}, hooks, summary: "", source });
}

test("V9: a sync interrupts the CPUs whose tracker names the address space, and no other", () => {
  const place: Place = { cpus: 16, tableSync: countingTrackers() };
  const one = run(place, besideWalkers(10, "same"));
  const flushed = TABLES * 10;
  expect(one.total("TLB")).toBe(flushed);
  expect(one.total("CAL") - flushed).toBe(one.result.tallies.trackers);
  expect(one.result.tallies.trackers).toBeGreaterThan(TABLES);
  expect(perCpu(one, "CAL").slice(11)).toEqual([0, 0, 0, 0, 0]);
  const targeted = counts({ cpus: 16, tableSync: tableSync.targeted() }, besideWalkers(10, "same"));
  expect(targeted).toEqual({ CAL: one.total("CAL"), TLB: flushed });
});

test("V9: walkers of another process are left alone by targeted, not by broadcast", () => {
  const work = besideWalkers(10, "other");
  expect(counts({ cpus: 16, tableSync: tableSync.targeted() }, work)).toEqual({ CAL: 0, TLB: 0 });
  expect(counts({ cpus: 16 }, work)).toEqual({ CAL: TABLES * 15, TLB: 0 });
});

test("V9: 63 walkers that are busy 7 % of the time cost 4.4 interrupts a sync, not 63", () => {
  const place: Place = { cpus: 64, tableSync: tableSync.targeted({ nested: "clear" }) };
  const hammer = gupFastHammer({ threads: 63, process: "same", gapNs: 9_300 });
  const one = run(place, together(collapse({ bytes: MiB(2 * 300) }), hammer));
  const walkNs = Number(one.summaryRow().gup_fast_ns_mean);
  const expected = (63 * walkNs) / (walkNs + 9_300);
  expect(expected).toBeCloseTo(4.4, 1);
  const sent = (one.total("CAL") - one.total("TLB")) / 300;
  expect(Math.abs(sent / expected - 1)).toBeLessThan(0.1);
});

test("walkers on every CPU: skip and targeted never send more than broadcast", () => {
  const work = besideWalkers(15, "same", 0);
  const flushed = TABLES * 15;
  expect(counts({ cpus: 16 }, work)).toEqual({ CAL: flushed + TABLES * 15, TLB: flushed });
  const skip = { cpus: 16, tableSync: tableSync.skipIfFlushSentIpis() };
  expect(counts(skip, work)).toEqual({ CAL: flushed, TLB: flushed });
  const { CAL, TLB } = counts({ cpus: 16, tableSync: tableSync.targeted() }, work);
  expect(TLB).toBe(flushed);
  expect(CAL).toBeGreaterThan(flushed);
  expect(CAL).toBeLessThanOrEqual(flushed + TABLES * 15);
});
