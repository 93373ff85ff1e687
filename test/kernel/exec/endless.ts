/** Cells that do not end by themselves, for tests that interrupt them. */

/** What the cells below find: variables, and something of the library to compute. */
export const scene = `
import * as sd from "shootdown";
let kept = 41;
const sleep = (ms: number) => new Promise((r) => setTimeout(r, ms));
const scene = {
  machine: sd.machine({ arch: sd.x86(), sockets: 2, coresPerSocket: 64 }),
  linux: sd.linux({ tableSync: sd.tableSync.targeted() }),
  backend: sd.backend.native(),
  workload: sd.workload.collapse({ bytes: sd.GiB(400), threads: 8 }),
  seed: 1,
};
const large = sd.question({
  scenario: sd.scenario.collapseVsGupFast({ walkers: "outside" }),
  linux: scene.linux,
  cpus: 4,
  memoryModel: "weak",
});
const seeds = Array.from({ length: 500 }, (_, i) => i + 1);`;

/** Kinds of cells by name, each of which an interrupt is to end. */
export const endless: Readonly<Record<string, string>> = {
  "a sync loop": "while (true) {}",
  "a sync loop without ticks": "//% no-tick\nwhile (true) {}",
  "an await loop": "for (;;) { await sleep(20); kept = 41 }",
  "a sync loop after an await": "await sleep(10); while (true) {}",
  "a microtask loop": "for (;;) await null",
  "a catastrophic regular expression": `/^(a+)+$/.test("a".repeat(40) + "b")`,
  "a simulation": "sd.simulate({ ...scene, eager: true })",
  "a sweep": `await sd.sweep(
    { seed: seeds }, ({ seed }) => ({ ...scene, seed }), { executor: "in-process" })`,
  "an exploration": "await sd.check(large)",
};

/** How they end: a sweep says too what has become of its cells. */
export const interruption: RegExp =
  /^(Interrupted: the cell was interrupted|ShootdownError: SD015: interrupted after .*)$/;
