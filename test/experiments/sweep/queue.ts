/** A sweep over BullMQ, and what is done to it while it runs. */
import fs from "node:fs";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import type { RandomStream } from "../../../lib/base/random.ts";
import { killed, rowsIn, type Started, shootdown, until, writeModule } from "./processes.ts";
import { Redis } from "./servers.ts";

/** A running sweep: the coordinator, two workers, the server. */
export interface QueueSweep {
  readonly store: string;
  readonly redis: Redis;
  readonly workers: Started[];
  coordinator: Started;
  /** Another worker. */
  work(): Started;
  /** Another coordinator. */
  resume(): Started;
}

/**
 * Runs a sweep of `cells` cells on two worker processes while `disturb` does what it likes; resolves
 * with the folder when the last coordinator has ended well.
 */
export async function overQueue(
  folder: string,
  cells: number,
  disturb: (sweep: QueueSweep) => Promise<void> = async () => undefined,
): Promise<string> {
  const store = path.join(folder, "queue");
  const redis = await Redis.start(path.join(folder, "redis"));
  const queue = ["--executor", "bullmq", "--redis", redis.url];
  const module = writeModule(folder, cells);
  const coordinator = shootdown("sweep", "run", module, "--store", store, ...queue);
  const all: Started[] = [coordinator];
  const keep = (one: Started): Started => {
    all.push(one);
    return one;
  };
  const work = (): Started =>
    keep(shootdown("worker", "--redis", redis.url, "--store", store, "--lock", "1"));
  const resume = (): Started => keep(shootdown("sweep", "resume", store, ...queue));
  try {
    await until(() => rowsIn(store) >= 0 && planned(store));
    const sweep = { store, redis, coordinator, work, resume, workers: [work(), work()] };
    await disturb(sweep);
    const { code, stderr } = await sweep.coordinator.end;
    if (code !== 0) throw new Error(`exit code ${code}: ${stderr}`);
    return store;
  } finally {
    await Promise.all(all.map(killed));
    await redis.kill();
  }
}

function planned(store: string): boolean {
  try {
    return rowsIn(store) >= 0 && fs.existsSync(path.join(store, "plan.ndjson"));
  } catch {
    return false;
  }
}

/** Kills a worker in the middle of its work and starts another one. */
export async function killWorker(sweep: QueueSweep): Promise<void> {
  await until(() => rowsIn(sweep.store) >= 1);
  await killed(sweep.workers[0]!);
  sweep.workers[0] = sweep.work();
}

/** Stops a worker for longer than its lock lasts: its cells are delivered twice. */
export async function freezeWorker(sweep: QueueSweep): Promise<void> {
  await until(() => rowsIn(sweep.store) >= 1);
  sweep.workers[0]!.child.kill("SIGSTOP");
  await setTimeout(4_000);
  sweep.workers[0]!.child.kill("SIGCONT");
}

/** Kills the coordinator, and lets another one go on. */
export async function killCoordinator(sweep: QueueSweep): Promise<void> {
  await until(() => rowsIn(sweep.store) >= 1);
  await killed(sweep.coordinator);
  sweep.coordinator = sweep.resume();
}

/** Kills the server; `harm` is done to its data before it starts again. */
export async function killServer(
  sweep: QueueSweep,
  harm: (redis: Redis) => void = () => undefined,
): Promise<void> {
  await until(() => rowsIn(sweep.store) >= 1);
  await sweep.redis.kill();
  harm(sweep.redis);
  await sweep.redis.start();
}

/**
 * Kills who comes up, and starts another one, at random moments until the sweep is done; at most
 * `most` times. Returns how often; throws when a row that was there is there no more.
 */
export async function killAny(
  sweep: QueueSweep,
  most: number,
  stream: RandomStream,
): Promise<number> {
  let [made, before] = [0, 0];
  while (made < most) {
    await setTimeout(stream.below(1_500));
    if (sweep.coordinator.child.exitCode !== null) break;
    const victim = stream.below(4);
    if (victim < 2) {
      await killed(sweep.workers[victim]!);
      sweep.workers[victim] = sweep.work();
    } else if (victim === 2) {
      await killed(sweep.coordinator);
      sweep.coordinator = sweep.resume();
    } else {
      await sweep.redis.kill();
      await sweep.redis.start();
    }
    made++;
    const rows = rowsIn(sweep.store);
    if (rows < before) throw new Error(`${before - rows} rows are lost`);
    before = rows;
  }
  return made;
}
