import { expect, test } from "vitest";
import type { Machine } from "../../lib/machine/machine.ts";
import { of, own } from "../../lib/steps/builder.ts";
import { duration, machineOf, planOf, runBoth, shared, task, wait } from "./plans.ts";

const word = shared("word");

/** Atomics of the owner take 10 ns; n CPUs that share a line are served one every 40 n ns. */
function contended(
  cpus: number,
  options: { sockets?: number; coresPerSocket?: number; farNs?: number } = {},
): Machine {
  const { farNs = 500, ...topology } = options;
  return machineOf(cpus, {
    ...topology,
    costs: { atomic: 10, loadRemote: 70, loadRemoteSocket: farNs },
    contention: {
      points: [
        [1, 40],
        [2, 160],
        [4, 640],
        [8, 2_560],
      ],
      evidence: "assumed",
      source: "test",
    },
  });
}

/** Every CPU adds to the word a number of times without a pause. */
function adders(cpus: number, times: number) {
  const tasks = Array.from({ length: cpus }, (_, cpu) =>
    task(cpu, (k) => {
      k.set("left", times);
      k.while("left", ">", 0, () => {
        k.begin("add");
        k.add(own(word), 1);
        k.end("add");
        k.compute("left", "left", "-", 1);
      });
    }),
  );
  return runBoth(planOf(contended(cpus), tasks, { variables: [word] }));
}

test("the owner of a line pays the atomic, the first touch a service", () => {
  const alone = duration(adders(1, 100), "add");
  expect([alone.min, alone.max]).toEqual([10, 40]);
  expect(alone.count).toBe(100);
  expect(alone.mean).toBe((40 + 99 * 10) / 100);
});

test("a contended line serves one CPU after the other, slower the more there are", () => {
  // The k-th CPU to come finds k users: services of 40, 80, 120 and 160 ns, one after the other.
  const four = duration(adders(4, 1), "add");
  expect(four.buckets().map(({ count }) => count)).toEqual([1, 1, 1, 1]);
  expect([four.min, four.max]).toEqual([40, 40 + 80 + 120 + 160]);
  // From then on each of the four gets the line every 4 x 160 ns.
  expect(adders(4, 101).endNs - adders(4, 1).endNs).toBe(100 * 4 * 160);
});

/** One CPU adds at once, another one long after, when the line is idle. */
function lateAdd(machine: Machine, lateCpu: number): number {
  const late = task(lateCpu, (k) => {
    wait(k, 10_000);
    k.begin("add");
    k.add(own(word), 1);
    k.end("add");
  });
  const early = task(0, (k) => k.add(own(word), 1));
  return duration(runBoth(planOf(machine, [early, late], { variables: [word] })), "add").max;
}

test("an idle line of another CPU costs a service, and at least its transfer", () => {
  const twoSockets = { sockets: 2, coresPerSocket: 2 };
  expect(lateAdd(contended(2), 1)).toBe(80);
  expect(lateAdd(contended(4, { ...twoSockets, farNs: 130 }), 1)).toBe(80);
  expect(lateAdd(contended(4, { ...twoSockets, farNs: 130 }), 3)).toBe(130);
});

test("two CPUs that do nothing else pay 160 ns each: a transfer never takes longer", () => {
  expect(lateAdd(contended(4, { sockets: 2, coresPerSocket: 2, farNs: 500 }), 3)).toBe(160);
});

test("bits of a mask in memory share one line", () => {
  const mask = { ...shared("mask"), holds: "mask" as const };
  const tasks = [0, 1].map((cpu) =>
    task(cpu, (k) => {
      k.begin("set");
      k.setBit(own(mask), "self");
      k.end("set");
    }),
  );
  const result = runBoth(planOf(contended(2), tasks, { variables: [mask] }));
  expect(duration(result, "set").max).toBe(120);
});

test("reading what another CPU wrote costs a transfer once, and another one after a write", () => {
  const machine = machineOf(4, {
    sockets: 2,
    coresPerSocket: 2,
    costs: { load: 1, store: 2, loadRemote: 60, loadRemoteSocket: 130 },
  });
  const mine = shared("mine", "cpu");
  const writer = task(1, (k) => {
    k.store(own(mine), 1);
    wait(k, 10_000);
    k.begin("store_shared");
    k.store(own(mine), 2);
    k.end("store_shared");
    k.begin("store_own");
    k.store(own(mine), 3);
    k.end("store_own");
  });
  const reader = (cpu: number, startNs: number, names: readonly string[]) =>
    task(cpu, (k) => {
      wait(k, startNs);
      for (const name of names) {
        k.begin(name);
        k.load("x", of(mine, 1));
        k.end(name);
      }
    });
  const near = reader(0, 1_000, ["near_first", "near_again"]);
  const far = reader(2, 20_000, ["far_first", "far_again"]);
  const result = runBoth(planOf(machine, [writer, near, far], { variables: [mine] }));
  const taken = (what: string) => duration(result, what).max;
  expect([taken("near_first"), taken("near_again")]).toEqual([60, 1]);
  expect([taken("store_shared"), taken("store_own")]).toEqual([60, 2]);
  expect([taken("far_first"), taken("far_again")]).toEqual([130, 1]);
});
