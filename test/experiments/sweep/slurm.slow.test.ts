import fs from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { slurmJobs, slurmTasksQueued } from "../../../lib/experiments/executors/slurm.ts";
import { SweepStore } from "../../../lib/experiments/sweep/sweepStore.ts";
import { newFolder, segmentsOf } from "./folders.ts";
import { digestOf, rowsIn, shootdown, until, writeModule } from "./processes.ts";
import { missingPrograms } from "./servers.ts";
import { SLURM_PROGRAMS, SlurmSite } from "./slurmSite.ts";

const reason = missingPrograms(...SLURM_PROGRAMS);
const missing = reason ?? (process.getuid?.() === 0 ? undefined : "daemons need root");
if (missing !== undefined) console.info(`skipped: Slurm: ${missing}`);

const CELLS = 24;

describe.skipIf(missing !== undefined)("an array of Slurm", () => {
  let site: SlurmSite;
  const folder = fs.mkdtempSync("/tmp/shootdown-slurm-");
  beforeAll(async () => {
    site = await SlurmSite.start(folder);
  });
  afterAll(async () => {
    await site?.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  async function submit(store: string, cells: number, tasks: number): Promise<void> {
    const module = writeModule(path.dirname(store), cells);
    const args = ["--executor", "slurm", "--tasks", `${tasks}`, "--store", store];
    const { code, stderr } = await shootdown("sweep", "run", module, ...args).end;
    expect([code, stderr]).toEqual([0, expect.stringContaining("handed over")]);
  }

  const finished = (store: string) => () => rowsIn(store) === CELLS;

  test("gives the bytes of one process", async () => {
    const own = newFolder();
    const [store, whole] = [path.join(own, "slurm"), path.join(own, "whole")];
    await submit(store, CELLS, 6);
    await until(finished(store), 300_000);
    await shootdown("sweep", "run", path.join(own, "sweep.mjs"), "--store", whole).end;
    expect(digestOf(store)).toBe(digestOf(whole));
    expect(slurmJobs(store)).toMatchObject([{ tasks: [0, 1, 2, 3, 4, 5], of: 6 }]);
    expect(segmentsOf(store)).toHaveLength(6);
  });

  test("whose controller is killed is resumed, whatever the controller remembers", async () => {
    const own = newFolder();
    const store = path.join(own, "slurm");
    await submit(store, CELLS, 6);
    await site.killController(); // the array may be gone with it
    const [startedMs, patienceMs] = [performance.now(), 30_000];
    const isLate = (): boolean => performance.now() - startedMs > patienceMs;
    await until(() => rowsIn(store) >= 2 || isLate(), 2 * patienceMs);
    await site.killController(); // and with it who has ended
    await until(() => rowsIn(store) === CELLS || isLate(), 2 * patienceMs);
    console.info(`${rowsIn(store)} of ${CELLS} cells after two kills of the controller`);
    if (rowsIn(store) < CELLS) {
      expect((await shootdown("sweep", "cancel", store).end).code).toBe(0);
      site.returnNode();
      const again = ["sweep", "resume", store, "--executor", "slurm", "--tasks", "6"];
      expect((await shootdown(...again).end).code).toBe(0);
    }
    await until(finished(store), 400_000);
    const whole = path.join(own, "whole");
    await shootdown("sweep", "run", path.join(own, "sweep.mjs"), "--store", whole).end;
    expect(digestOf(store)).toBe(digestOf(whole));
  });

  test("that is cancelled is resumed where it was", async () => {
    const own = newFolder();
    const store = path.join(own, "slurm");
    await submit(store, CELLS, 4);
    await until(() => rowsIn(store) >= 2, 300_000);
    expect((await shootdown("sweep", "cancel", store).end).code).toBe(0);
    await until(() => slurmTasksQueued(store) === 0, 60_000);
    expect(SweepStore.open(store).status().missing).toBeGreaterThan(0);
    const again = ["sweep", "resume", store, "--executor", "slurm", "--tasks", "4"];
    expect((await shootdown(...again).end).code).toBe(0);
    await until(finished(store), 300_000);
    const whole = path.join(own, "whole");
    await shootdown("sweep", "run", path.join(own, "sweep.mjs"), "--store", whole).end;
    expect(digestOf(store)).toBe(digestOf(whole));
    expect(slurmJobs(store)).toHaveLength(2);
  });
});
