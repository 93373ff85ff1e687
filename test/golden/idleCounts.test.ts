import { expect, test } from "vitest";
import { runPlan } from "../../lib/engine/engine.ts";
import { environmentOf } from "../../lib/experiments/environments.ts";
import { KiB, MiB, ms, seconds, workload } from "../../lib/index.ts";
import { switchToUser } from "../../lib/mm/contextSwitch.ts";
import { FIRST_USER_MM, VARIABLES } from "../../lib/mm/variables.ts";
import { program } from "../../lib/steps/builder.ts";
import { planMprotect } from "../../lib/workloads/mprotect.ts";
import { counts, EAGER_RELEASES, LAZY_RELEASES, RELEASES, run } from "./counts.ts";

const { collapse, mprotect, munmap } = workload;
const PAGE = KiB(4);
const STALE = { threads: 2, siblings: "stale" } as const;

test("G24: a lone lazy CPU that polls runs the flush without an interrupt: TLB 1, CAL 0", () => {
  for (const release of RELEASES) {
    const one = munmap({ bytes: PAGE, threads: 2, siblings: "sleep" });
    expect(counts({ cpus: 4, release, idle: "polling" }, one)).toEqual({ CAL: 0, TLB: 1 });
    expect(counts({ cpus: 4, release, idle: "halt" }, one)).toEqual({ CAL: 1, TLB: 1 });
  }
});

test("G24: two lazy CPUs that poll are interrupted: TLB 2, CAL 2", () => {
  for (const release of RELEASES) {
    const two = munmap({ bytes: PAGE, threads: 3, siblings: "sleep" });
    expect(counts({ cpus: 4, release, idle: "polling" }, two)).toEqual({ CAL: 2, TLB: 2 });
  }
});

test("a CPU that runs user code polls nothing: each flush interrupts it", () => {
  const spin = munmap({ bytes: PAGE, calls: 10, threads: 2, siblings: "spin" });
  expect(counts({ cpus: 4, idle: "polling" }, spin)).toEqual({ CAL: 10, TLB: 10 });
});

test("the sync of a 2-CPU polling machine cannot be seen on row CAL", () => {
  const work = collapse({ bytes: MiB(64) });
  expect(counts({ cpus: 2, idle: "polling" }, work)).toEqual({ CAL: 0, TLB: 0 });
  expect(counts({ cpus: 2, idle: "halt" }, work)).toEqual({ CAL: 32, TLB: 0 });
  expect(counts({ cpus: 3, idle: "polling" }, work)).toEqual({ CAL: 64, TLB: 0 });
});

test("G25: F+ finds a stale CPU once, then it has left the mask; until 6.12 it had already", () => {
  for (const calls of [1, 2, 10]) {
    const work = munmap({ bytes: PAGE, calls, ...STALE });
    for (const release of LAZY_RELEASES) {
      expect(counts({ cpus: 4, release }, work)).toEqual({ CAL: 1, TLB: 1 });
    }
    for (const release of EAGER_RELEASES) {
      expect(counts({ cpus: 4, release }, work)).toEqual({ CAL: 0, TLB: 0 });
    }
  }
});

test("G25: F0 spares a stale CPU within the first second", () => {
  for (const release of RELEASES) {
    const work = mprotect({ bytes: PAGE, calls: 13, everyNs: ms(50), ...STALE });
    expect(counts({ cpus: 4, release }, work)).toEqual({ CAL: 0, TLB: 0 });
  }
});

test("G25: the trim of a 3.5 s long series of F0 hits a stale CPU once, which then is gone", () => {
  const work = mprotect({ bytes: PAGE, calls: 70, everyNs: ms(50), ...STALE });
  for (const release of LAZY_RELEASES) {
    expect(counts({ cpus: 4, release }, work)).toEqual({ CAL: 1, TLB: 1 });
  }
  for (const release of EAGER_RELEASES) {
    expect(counts({ cpus: 4, release }, work)).toEqual({ CAL: 0, TLB: 0 });
  }
  const three = mprotect({
    bytes: PAGE,
    calls: 70,
    everyNs: ms(50),
    threads: 4,
    siblings: "stale",
  });
  expect(counts({ cpus: 4 }, three)).toEqual({ CAL: 3, TLB: 3 });
});

test("G25: the first trim is due later than 250 jiffies of 4 ms after the mm was made", () => {
  // The window opens at 350 ms; calls come every 50 ms. jiffies > 250 holds from 1,004 ms on.
  const work = mprotect({ bytes: PAGE, calls: 70, everyNs: ms(50), ...STALE });
  const trace = run({ cpus: 4 }, work, 1_000).trace();
  const details = Array.from(trace.array("detail"));
  const hit = details.indexOf("remote wrong CPU");
  expect(Math.floor(Number(trace.array("ts_ns")[hit]) / ms(50))).toBe(1_050 / 50);
  expect(Number(trace.array("cpu")[hit])).toBe(1);
  expect(Number(trace.array("pages")[hit])).toBe(0);
  expect(details.filter((detail) => detail === "remote IPI send")).toHaveLength(15);
});

test("G25: an old address space trims at once", () => {
  const old = mprotect({ bytes: PAGE, ...STALE, settleNs: seconds(2) });
  for (const release of LAZY_RELEASES) {
    expect(counts({ cpus: 4, release }, old)).toEqual({ CAL: 1, TLB: 1 });
  }
});

test("G25: a CPU that keeps coming and going is hit by every trim, at most once a second", () => {
  // Every 50 ms the sibling runs the address space for a moment, between two calls. Of the calls at
  // 350, 400 … 3,800 ms those at 1,050, 2,100 and 3,150 ms trim: each more than 250 jiffies after
  // the one before.
  const scene = run({ cpus: 4 }, mprotect({ bytes: PAGE })).scene;
  const env = environmentOf(scene);
  const work = mprotect({ bytes: PAGE, calls: 70, everyNs: ms(50), threads: 1 });
  const plan = planMprotect(work, {
    env,
    availableCpus: 4,
    firstCpu: 0,
    firstMm: FIRST_USER_MM,
    firstTable: 0,
    sharedMm: undefined,
    sharedTables: undefined,
    hugePages: true,
    isolated: [],
  });
  const source = "a thread that another process keeps replacing";
  const visits = program("comes_and_goes", { params: ["mm", "other"], source }, (k) => {
    k.pause({ kind: "fixed", ns: ms(25) });
    k.forever(() => {
      k.include(switchToUser(env), { next: "mm" });
      k.include(switchToUser(env), { next: "other" });
      k.pause({ kind: "fixed", ns: ms(50) });
    });
  });
  const args = { mm: FIRST_USER_MM, other: FIRST_USER_MM + 1 };
  const result = runPlan(
    {
      ...plan,
      machine: scene.machine,
      variables: VARIABLES,
      mms: FIRST_USER_MM + 2,
      tables: 1,
      boot: {},
      background: [{ cpu: 1, program: visits, args }],
      wakesReschedule: false,
    },
    { seed: 1 },
  );
  expect(result.rows.TLB).toEqual([0, 3, 0, 0]);
  expect(result.rows.CAL).toEqual([0, 3, 0, 0]);
});
