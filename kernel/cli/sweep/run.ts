/** `shootdown sweep run` and `resume`. */
import path from "node:path";
import { pathToFileURL } from "node:url";
import { checkOneOf } from "../../../lib/base/check.ts";
import { impossible, missing, refused } from "../../../lib/base/messages.ts";
import { bullmq } from "../../../lib/experiments/executors/bullmq.ts";
import type { Executor } from "../../../lib/experiments/executors/executor.ts";
import { inProcess } from "../../../lib/experiments/executors/inProcess.ts";
import { slurm } from "../../../lib/experiments/executors/slurm.ts";
import { threads } from "../../../lib/experiments/executors/threads.ts";
import type { Scene } from "../../../lib/experiments/scene.ts";
import type { Axes } from "../../../lib/experiments/sweep/axes.ts";
import { coordinate } from "../../../lib/experiments/sweep/coordinate.ts";
import {
  checkSweepOptions,
  planSweep,
  readCoordination,
  type SweepOptions,
} from "../../../lib/experiments/sweep/sweep.ts";
import { SweepStore } from "../../../lib/experiments/sweep/sweepStore.ts";
import { exitCode } from "../exitCode.ts";
import {
  numberOption,
  operandOf,
  requiredOption,
  type SweepArguments,
  textOption,
} from "./arguments.ts";
import { sweepOptions, tellStatus } from "./shared.ts";
import { StopRequest } from "./stopRequest.ts";

/** Plans the sweep of a module and computes it. */
export async function run(args: SweepArguments): Promise<number> {
  const { axes, build, options } = await readModule(operandOf(args, "a JavaScript module"));
  const folder = textOption(args, "store") ?? options.store;
  if (folder === undefined) throw missing("--store", "a folder for the results");
  const { baseline, stop } = options;
  const plan = planSweep(axes, build, {
    ...(baseline === undefined ? {} : { baseline }),
    ...(stop === undefined ? {} : { stop }),
  });
  return await compute(args, options, () => SweepStore.create(folder, plan));
}

/** Computes what is missing in a folder. */
export async function resume(args: SweepArguments): Promise<number> {
  const folder = operandOf(args, "the folder of a sweep");
  return await compute(args, {}, () => SweepStore.open(folder));
}

async function compute(
  args: SweepArguments,
  module: SweepOptions,
  openStore: () => SweepStore,
): Promise<number> {
  const stop = new StopRequest();
  const executor = executorOf(args, module, stop);
  if (executor === undefined) return tellPlanned(args, openStore());
  const coordination = readCoordination(executor, sweepOptions(args, stop, module));
  const store = openStore();
  await coordinate(store, executor, coordination);
  const code = tellStatus(args, store);
  return executor.delivery === "detached" ? exitCode.ok : code;
}

function tellPlanned(args: SweepArguments, store: SweepStore): number {
  tellStatus(args, store);
  const line = `shootdown cell --store ${store.folder} --share I/N`;
  process.stderr.write(`planned; compute it in N shares, I = 0 to N - 1: ${line}\n`);
  return exitCode.ok;
}

const EXECUTORS = ["threads", "in-process", "bullmq", "slurm", "none"] as const;

/** What the command line says; where it says nothing, the module. Undefined: nobody, only plan. */
function executorOf(
  args: SweepArguments,
  module: SweepOptions,
  stop: StopRequest,
): Executor | undefined {
  const given = textOption(args, "executor");
  if (given === undefined && typeof module.executor === "object") return module.executor;
  const name = checkOneOf("executor", given ?? module.executor ?? "threads", EXECUTORS);
  const workers =
    numberOption(args, "workers") ?? (given === undefined ? module.workers : undefined);
  const threadOptions = workers === undefined ? {} : { workers };
  if (workers !== undefined && name !== "threads" && name !== "slurm") {
    throw impossible("workers", workers, "for the executors threads and slurm only");
  }
  switch (name) {
    case "none":
      return undefined;
    case "in-process":
      return inProcess(stop.around);
    case "threads":
      return threads(threadOptions);
    case "bullmq":
      return bullmq({ redis: requiredOption(args, "redis", "redis://HOST:PORT") });
    case "slurm":
      return slurmOf(args, threadOptions);
  }
}

function slurmOf(args: SweepArguments, threadOptions: { readonly workers?: number }): Executor {
  const tasks = numberOption(args, "tasks");
  const throttle = numberOption(args, "throttle");
  return slurm({
    ...threadOptions,
    ...(tasks === undefined ? {} : { tasks }),
    ...(throttle === undefined ? {} : { throttle }),
    sbatch: (args.options.sbatch ?? []) as readonly string[],
  });
}

interface SweepModule {
  readonly axes: Axes;
  readonly build: (point: Readonly<Record<string, unknown>>) => Scene | undefined;
  readonly options: SweepOptions;
}

/** A module that exports `axes`, `build` and, if it likes, `options`. */
async function readModule(file: string): Promise<SweepModule> {
  let module: Partial<SweepModule>;
  try {
    module = (await import(pathToFileURL(path.resolve(file)).href)) as Partial<SweepModule>;
  } catch (error) {
    throw refused("module", file, (error as Error).message);
  }
  const { axes, build, options = {} } = module;
  if (axes === undefined) throw missing("axes", `export const axes = { … } in ${file}`);
  if (typeof build !== "function") throw missing("build", `export function build in ${file}`);
  checkSweepOptions(options);
  return { axes, build, options };
}
