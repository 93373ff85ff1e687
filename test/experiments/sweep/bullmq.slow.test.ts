import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { deriveStream, RandomStream } from "../../../lib/base/random.ts";
import { newFolder } from "./folders.ts";
import { digestOf, shootdown, writeModule } from "./processes.ts";
import type { QueueSweep } from "./queue.ts";
import {
  freezeWorker,
  killAny,
  killCoordinator,
  killServer,
  killWorker,
  overQueue,
} from "./queue.ts";
import { missingPrograms } from "./servers.ts";

const CELLS = 60;
const KILLS = 50;
const missing = missingPrograms("redis-server", "redis-cli");
if (missing !== undefined) console.info(`skipped: BullMQ on Redis: ${missing}`);

const faults: Readonly<Record<string, (sweep: QueueSweep) => Promise<void>>> = {
  "nothing happens": async () => undefined,
  "workers are killed, five times": async (sweep) => {
    for (let i = 0; i < 5; i++) await killWorker(sweep);
  },
  "workers are frozen, three times": async (sweep) => {
    for (let i = 0; i < 3; i++) await freezeWorker(sweep);
  },
  "the coordinator is killed": killCoordinator,
  "the server is killed, three times": async (sweep) => {
    for (let i = 0; i < 3; i++) await killServer(sweep);
  },
  "the server loses 777 bytes": (sweep) => killServer(sweep, (redis) => redis.cutLog(777)),
  "the server loses 20,001 bytes": (sweep) => killServer(sweep, (redis) => redis.cutLog(20_001)),
  "the server loses everything": (sweep) => killServer(sweep, (redis) => redis.lose()),
};

describe.skipIf(missing !== undefined)("the bytes of one process come out when", () => {
  let whole: string;
  beforeAll(async () => {
    const folder = newFolder();
    const store = path.join(folder, "whole");
    await shootdown("sweep", "run", writeModule(folder, CELLS), "--store", store).end;
    whole = digestOf(store);
  });
  for (const [name, disturb] of Object.entries(faults)) {
    test(name, async () => {
      expect(digestOf(await overQueue(newFolder(), CELLS, disturb))).toBe(whole);
    });
  }

  test("coordinator, workers or server are killed at fifty moments", async () => {
    const stream = new RandomStream(deriveStream(13, "queue kills"));
    for (let left = KILLS; left > 0; ) {
      const store = await overQueue(newFolder(), CELLS, async (sweep) => {
        left -= await killAny(sweep, left, stream);
      });
      expect(digestOf(store)).toBe(whole);
    }
  });
});
