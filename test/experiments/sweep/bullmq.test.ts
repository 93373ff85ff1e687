import path from "node:path";
import { describe, expect, test, vi } from "vitest";
import { SweepStore } from "../../../lib/experiments/sweep/sweepStore.ts";
import { newFolder } from "./folders.ts";
import { digestOf, rowsIn, shootdown, until, writeModule } from "./processes.ts";
import { freezeWorker, killServer, killWorker, overQueue } from "./queue.ts";
import { freePort, missingPrograms } from "./servers.ts";

// Processes start slowly where much else runs.
vi.setConfig({ testTimeout: 180_000 });

const missing = missingPrograms("redis-server", "redis-cli");
if (missing !== undefined) console.info(`skipped: BullMQ on Redis: ${missing}`);

async function inOneProcess(folder: string, cells: number): Promise<string> {
  const store = path.join(folder, "whole");
  const module = writeModule(folder, cells);
  await shootdown("sweep", "run", module, "--store", store, "--executor", "in-process").end;
  return digestOf(store);
}

describe.skipIf(missing !== undefined)("two worker processes over BullMQ", () => {
  test("give the bytes of one process, in spite of a kill, a freeze, and a lost server", async () => {
    const folder = newFolder();
    const store = await overQueue(folder, 40, async (sweep) => {
      await killWorker(sweep);
      await freezeWorker(sweep);
      await killServer(sweep, (redis) => redis.lose());
    });
    expect(digestOf(store)).toBe(await inOneProcess(folder, 40));
  });

  test("leave within a second of Ctrl-C, also when the server hangs", { retry: 1 }, async () => {
    const folder = newFolder();
    const stopped = overQueue(folder, 400, async ({ store, redis, coordinator, workers }) => {
      await until(() => rowsIn(store) >= 1);
      redis.freeze();
      const startedMs = performance.now();
      const ends = [coordinator, ...workers].map(async ({ child, end }) => {
        child.kill("SIGINT");
        const { code } = await end;
        return [code, performance.now() - startedMs < 1_000];
      });
      expect(await Promise.all(ends)).toEqual([1, 2, 3].map(() => [130, true]));
    });
    const store = path.join(folder, "queue");
    await expect(stopped).rejects.toThrow(`to go on: shootdown sweep resume ${store}`);
    expect(SweepStore.open(store).status()).toMatchObject({ failed: 0, torn: 0 });
  });
});

test("a server that does not answer is an error that names it, without its password", async () => {
  const folder = newFolder();
  const url = `redis://user:secret@127.0.0.1:${await freePort()}`;
  const args = ["--store", path.join(folder, "store"), "--executor", "bullmq", "--redis", url];
  const { code, stderr } = await shootdown("sweep", "run", writeModule(folder), ...args).end;
  expect(code).toBe(3);
  expect(stderr).toMatch(/^shootdown: SD011: redis refused: "redis:\/\/127\.0\.0\.1:\d+"/m);
  expect(stderr).not.toContain("secret");
});
