import path from "node:path";
import { describe, expect, test, vi } from "vitest";
import { newFolder } from "./folders.ts";
import { digestOf, shootdown, writeModule } from "./processes.ts";
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
