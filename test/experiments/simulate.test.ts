import { expect, test } from "vitest";
import { canonicalJson } from "../../lib/base/canonical.ts";
import { simulate } from "../../lib/experiments/simulate.ts";
import type { Run, Scene } from "../../lib/index.ts";
import { besideWalkers, scene } from "./scenes.ts";

/** Four runs of different seeds, whose walkers meet the collapse at different times. */
function digests(change: object = {}): string[] {
  return [1, 2, 3, 4].map((seed) =>
    simulate({ ...scene, workload: besideWalkers, seed, ...change }).digest(),
  );
}

test("a run holds its scene with the seed filled in", () => {
  const { seed: _, ...withoutSeed } = scene;
  const run = simulate(withoutSeed);
  expect(run.scene).toEqual(scene);
  expect(run.scene.seed).toBe(1);
  expect(run.kind).toBe("run");
});

test("the same scene gives the same digest, another seed another one", () => {
  const first = digests();
  expect(digests()).toEqual(first);
  expect(new Set(first).size).toBe(4);
  for (const digest of first) expect(digest).toMatch(/^[0-9a-f]{64}$/);
});

test("making every step an event, and recording a trace, changes no digest", () => {
  const lazy = digests();
  expect(digests({ eager: true })).toEqual(lazy);
  expect(digests({ trace: 100_000 })).toEqual(lazy);
});

test("a workload without chance is the same at every seed", () => {
  const one = simulate({ ...scene, seed: 1 });
  const other = simulate({ ...scene, seed: 9_007_199_254_740_991 });
  expect(other.digest()).toBe(one.digest());
});

test("plain clones of the four values run as the values do", () => {
  const values = { ...scene, workload: besideWalkers };
  const { digest } = runAndDigest(values);
  expect(runAndDigest(structuredClone(values)).digest).toBe(digest);
  const text = canonicalJson(values);
  const clone = runAndDigest(JSON.parse(text) as Scene);
  expect(clone.digest).toBe(digest);
  expect(canonicalJson(clone.run.scene)).toBe(text);
});

function runAndDigest(values: Scene): { run: Run; digest: string } {
  const run = simulate(values);
  return { run, digest: run.digest() };
}

test("a run is frozen, clones, and prints what it counted", () => {
  const run = simulate(scene);
  expect(Object.isFrozen(run)).toBe(true);
  expect(structuredClone(run).result).toEqual(run.result);
  const [what, counts, time] = String(run).split("\n");
  expect(what).toBe("run of collapse on 8 CPUs, linux 7.2, broadcast");
  expect(counts).toBe("  CAL 32  TLB 4  RES 0");
  expect(time).toMatch(/^ {2}\d+(\.\d+)? ms simulated, seed 1$/);
});
