import path from "node:path";
import { expect, test, vi } from "vitest";
import { SweepStore } from "../../../lib/experiments/sweep/sweepStore.ts";
import { newFolder } from "./folders.ts";
import { killOften } from "./kills.ts";
import { digestOf, rowsIn, shootdown, until, writeModule } from "./processes.ts";

// Processes start slowly where much else runs.
vi.setConfig({ testTimeout: 180_000 });

test("a coordinator that is killed five times loses no row and changes none", async () => {
  const folder = newFolder();
  const { made, lost, digest } = await killOften(folder, 5, 1_500);
  expect({ made, lost }).toEqual({ made: 5, lost: 0 });
  const whole = path.join(folder, "whole");
  const module = writeModule(folder);
  await shootdown("sweep", "run", module, "--store", whole, "--executor", "in-process").end;
  expect(digest).toBe(digestOf(whole));
});

test("Ctrl-C stops at once, keeps what is done, and prints how to go on", async () => {
  const folder = newFolder();
  const store = path.join(folder, "store");
  const module = writeModule(folder, 400);
  const run = shootdown("sweep", "run", module, "--store", store, "--workers", "2");
  await until(() => rowsIn(store) > 2);
  run.child.kill("SIGINT");
  const { code, stderr } = await run.end;
  expect(code).toBe(130);
  expect(stderr).toContain(`to go on: shootdown sweep resume ${store}\n`);
  expect(rowsIn(store)).toBeGreaterThan(2);
  expect(rowsIn(store)).toBeLessThan(100);
});

test("so does sweep cancel, from another process", async () => {
  const folder = newFolder();
  const store = path.join(folder, "store");
  const run = shootdown("sweep", "run", writeModule(folder, 400), "--store", store);
  await until(() => rowsIn(store) > 2);
  expect((await shootdown("sweep", "cancel", store).end).code).toBe(0);
  const { code, stderr } = await run.end;
  expect([code, stderr]).toEqual([130, expect.stringContaining("sweep resume")]);
});

test("shares of a sweep together are the sweep, and a cell can be seen alone", async () => {
  const folder = newFolder();
  const [whole, shared] = [path.join(folder, "whole"), path.join(folder, "shared")];
  const module = writeModule(folder, 8);
  await shootdown("sweep", "run", module, "--store", whole).end;
  const planned = await shootdown(
    ...["sweep", "run", module, "--store", shared, "--executor", "none"],
  ).end;
  expect(planned.stderr).toContain(`shootdown cell --store ${shared} --share I/N`);
  const shares = [0, 1, 2].map((i) => shootdown("cell", "--store", shared, "--share", `${i}/3`));
  expect(await Promise.all(shares.map(async ({ end }) => (await end).code))).toEqual([0, 0, 0]);
  expect(digestOf(shared)).toBe(digestOf(whole));
  const status = await shootdown("sweep", "status", shared, "--json").end;
  const { done, digest } = JSON.parse(status.stdout) as { done: number; digest: string };
  expect([status.code, done, digest]).toEqual([0, 8, digestOf(whole)]);
  const { key } = SweepStore.open(shared).plan.cells[0]!;
  const alone = await shootdown("cell", "--store", shared, "--key", key.slice(0, 16)).end;
  expect([alone.code, JSON.parse(alone.stdout)]).toMatchObject([0, { key }]);
  const again = await shootdown("sweep", "verify", shared, "--count", "3").end;
  expect([again.code, again.stdout]).toEqual([0, "3 cells computed again, 0 differ\n"]);
});

test("the status of a part of a sweep has an exit code of its own", async () => {
  const folder = newFolder();
  const store = path.join(folder, "store");
  const module = writeModule(folder, 8);
  await shootdown("sweep", "run", module, "--store", store, "--executor", "none").end;
  const { code, stdout } = await shootdown("sweep", "status", store).end;
  expect([code, stdout]).toEqual([4, `sweep ${store}: 0 of 8 cells done, 0 failed, 8 missing\n`]);
  const nowhere = await shootdown("sweep", "status", folder).end;
  expect([nowhere.code, nowhere.stderr]).toMatchObject([2, expect.stringContaining("SD003")]);
});
