import { expect, test } from "vitest";
import { native } from "../../lib/backends/backend.ts";
import { runPlan } from "../../lib/engine/engine.ts";
import { checkScene, planScene } from "../../lib/experiments/scene.ts";
import type { ArchKind } from "../../lib/machine/arch.ts";
import { arm64, powerpc } from "../../lib/machine/arch.ts";
import { machine } from "../../lib/machine/machine.ts";
import { linux } from "../../lib/policies/linux.ts";
import type { Builder } from "../../lib/steps/builder.ts";
import { mprotect } from "../../lib/workloads/mprotect.ts";
import { munmap } from "../../lib/workloads/munmap.ts";
import { together } from "../../lib/workloads/together.ts";
import { duration, machineOf, planOf, runBoth, task, wait } from "./plans.ts";

const PAIR = { tlbi: 50, dsb: 600, tlbie: 50, ptesync: 600, invlpgb: 50, tlbsync: 600 } as const;
const FLUSHES: Readonly<Record<ArchKind, (k: Builder) => void>> = {
  arm64: (k) => {
    k.flushBroadcast("TLBI", 1);
    k.flushComplete("DSB");
  },
  powerpc: (k) => {
    k.flushBroadcast("tlbie", 1);
    k.flushComplete("ptesync");
  },
  x86: (k) => {
    k.flushBroadcast("INVLPGB", 1);
    k.flushComplete("TLBSYNC");
  },
};

/** ns that each of `issuers` CPUs takes for one flush, all beginning at once. */
function flushTimes(issuers: number, arch: ArchKind = "arm64"): readonly [number, number] {
  const kinds = { arm64: arm64(), powerpc: powerpc(), x86: undefined };
  const on = machineOf(issuers, { costs: PAIR, arch: kinds[arch] });
  const flush = (k: Builder): void => {
    k.begin("flush");
    FLUSHES[arch](k);
    k.end("flush");
  };
  const tasks = Array.from({ length: issuers }, (_, cpu) => task(cpu, flush));
  const times = duration(runBoth(planOf(on, tasks)), "flush");
  return [times.min, times.max];
}

test("one issuer pays the instructions alone", () => {
  expect(flushTimes(1)).toEqual([650, 650]);
});

test("of two that begin at once, each waits for what the other has put before it", () => {
  // TLBI 0-50 and 50-100, then the DSBs 100-700 and 700-1300.
  expect(flushTimes(2)).toEqual([700, 1300]);
  expect(flushTimes(2, "powerpc")).toEqual([700, 1300]);
});

test("the last of n waits for all of them", () => {
  for (const n of [4, 8, 32]) expect(flushTimes(n)[1]).toBe(n * 650);
});

test("INVLPGB of two CPUs does not queue", () => {
  expect(flushTimes(2, "x86")).toEqual([650, 650]);
});

test("flushes apart in time do not meet", () => {
  const on = machineOf(2, { costs: PAIR, arch: arm64() });
  const late = (ns: number) => (k: Builder) => {
    wait(k, ns);
    k.begin("flush");
    FLUSHES.arm64(k);
    k.end("flush");
  };
  const times = duration(runBoth(planOf(on, [task(0, late(0)), task(1, late(650))])), "flush");
  expect([times.min, times.max]).toEqual([650, 650]);
});

test.for([
  ["arm64", arm64({ tlbiRange: false })],
  ["arm64 with the SME erratum", arm64({ smeErratum: true, kpti: true })],
  ["powerpc radix", powerpc()],
  ["powerpc hash", powerpc({ mmu: "hash" })],
] as const)("%s: processes that flush at once, lazily and event by event", ([, arch]) => {
  const one = mprotect({ bytes: 40_960, calls: 20, threads: 3, siblings: "sleep", settleNs: 0 });
  const two = munmap({ bytes: 65_536, calls: 20, threads: 2, siblings: "spin", settleNs: 0 });
  const scene = checkScene({
    machine: machine({ arch, cpus: 16 }),
    linux: linux(),
    backend: native(),
    workload: together(one, two, one),
  });
  const plan = planScene(scene);
  const lazy = runPlan(plan, { seed: 1 });
  expect(runPlan(plan, { seed: 1, eager: true })).toEqual(lazy);
  expect(lazy.tallies.operations).toBe(60);
});
