/** Brings a sweep to its end: hands missing cells to an executor and stores what comes back. */
import fs from "node:fs";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { cellHost } from "../../base/cellHost.ts";
import { interrupted, stuck } from "../../base/messages.ts";
import type { CellLimits, Executor } from "../executors/executor.ts";
import { isProblem, keyOf } from "../store/outcome.ts";
import { provenance } from "../store/provenance.ts";
import type { Fsync } from "../store/segment.ts";
import type { PlanCell } from "./plan.ts";
import { ProgressMeter, type SweepProgress } from "./progress.ts";
import { resumeLine } from "./replay.ts";
import type { SweepStore } from "./sweepStore.ts";

/** How a sweep is run; nothing of it changes a result. */
export interface CoordinateOptions {
  readonly limits: CellLimits;
  readonly fsync: Fsync;
  /** Compute failed cells again. */
  readonly retryFailed: boolean;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: (progress: SweepProgress) => void;
  /** Compute these cells only and leave the plan and requests to stop alone: one share of many. */
  readonly share?: (cell: PlanCell) => boolean;
}

/** A file of this name in the folder stops whoever computes for it. */
const CANCEL = "cancel";
/** Time between two looks at the store and at the cancel file. */
const POLL_MS = 100;
/** Time between two visits of an executor whose processes append to the store themselves. */
const TEND_MS = 1_000;

/** Asks all processes that compute for a folder to stop. */
export function requestCancel(folder: string): void {
  fs.writeFileSync(path.join(folder, CANCEL), "");
}

/** Takes the request back. */
function clearCancel(folder: string): void {
  fs.rmSync(path.join(folder, CANCEL), { force: true });
}

/** Whether somebody has asked to stop. */
export function isCancelled(folder: string | undefined): boolean {
  return folder !== undefined && fs.existsSync(path.join(folder, CANCEL));
}

/**
 * Computes all missing cells. Resolves when none is missing, or when a detached executor has taken
 * them. Rejects with SD015, everything that is done kept, when it is interrupted.
 */
export async function coordinate(
  store: SweepStore,
  executor: Executor,
  options: CoordinateOptions,
): Promise<void> {
  const meter = new ProgressMeter(options.onProgress, adviceOn(store));
  if (options.share === undefined) prepare(store);
  const stop = new StopWatch(store.folder, options.signal);
  store.rows.write(provenance(executor.name), options.fsync);
  let cancelled = true;
  try {
    const state = await rounds({ store, executor, options, meter, stop });
    cancelled = stop.signal.aborted && missingFor(store, options).length > 0;
    meter.end(cancelled ? "interrupted" : state);
  } finally {
    stop.end();
    store.rows.close();
    await executor.close?.(cancelled);
  }
  if (cancelled) throw interruption(store);
}

interface Session {
  readonly store: SweepStore;
  readonly executor: Executor;
  readonly options: CoordinateOptions;
  readonly meter: ProgressMeter;
  readonly stop: StopWatch;
}

/** Who coordinates mends what is damaged, and forgets that somebody has asked to stop. */
function prepare(store: SweepStore): void {
  store.repair();
  if (store.folder !== undefined) clearCancel(store.folder);
}

function missingFor(
  store: SweepStore,
  { share }: CoordinateOptions,
  alsoFailed = false,
): readonly PlanCell[] {
  const missing = store.missing(alsoFailed);
  return share === undefined ? missing : missing.filter(share);
}

/** One round without a stop rule; with one, as many as it asks for more seeds. */
async function rounds(session: Session): Promise<"done" | "handed over"> {
  const { store, executor, options } = session;
  const { signal } = session.stop;
  for (let first = true; ; first = false) {
    const missing = missingFor(store, options, first && options.retryFailed);
    begin(session, missing);
    if (missing.length === 0 || signal.aborted) return "done";
    const before = store.rows.size;
    await round(session, missing);
    if (executor.delivery === "detached") return "handed over";
    if (!signal.aborted && store.rows.size === before && !options.retryFailed) {
      throw stuck(`executor ${executor.name}`, `it returned without ${missing.length} cells`);
    }
  }
}

function begin({ store, meter }: Session, missing: readonly PlanCell[]): void {
  const { total, failed } = store.status();
  const costMissing = missing.reduce((sum, { cost }) => sum + cost, 0);
  meter.begin({ total, done: total - missing.length, failed, costMissing });
}

async function round(session: Session, cells: readonly PlanCell[]): Promise<void> {
  const { store, executor, options, meter, stop } = session;
  const costs = new Map(cells.map(({ key, cost }) => [key, cost]));
  const count = (key: string, text: string): void => {
    if (costs.has(key)) meter.add(costs.get(key)!, isProblem(text));
    costs.delete(key);
  };
  const emit = (text: string): void => {
    store.rows.append(text);
    count(keyOf(text)!, text);
  };
  const { limits } = options;
  const { signal } = stop;
  const look = (): void => stop.look();
  await executor.run({ cells, limits, folder: store.folder, signal, look, emit });
  if (executor.delivery === "stores") await watch(session, cells, count);
}

/** Looks at the store until other processes have appended all cells. */
async function watch(
  { store, executor, stop }: Session,
  cells: readonly PlanCell[],
  count: (key: string, text: string) => void,
): Promise<void> {
  const { signal } = stop;
  let tendedMs = performance.now();
  const missing = new Map(cells.map((cell) => [cell.key, cell]));
  for (;;) {
    store.rows.refresh((key, text) => {
      missing.delete(key);
      count(key, text);
    });
    if (missing.size === 0 || signal.aborted) return;
    await setTimeout(POLL_MS);
    if (performance.now() - tendedMs < TEND_MS) continue;
    // Not awaited: a broker that is away must not keep anybody from stopping.
    executor.tend?.([...missing.values()]);
    tendedMs = performance.now();
  }
}

/** Aborts with the caller's signal, with the notebook cell, or when somebody makes the file. */
class StopWatch {
  readonly signal: AbortSignal;
  private readonly folder: string | undefined;
  /** A notebook cell that is interrupted ends its sweep, also one with a signal of its own. */
  private readonly others: readonly AbortSignal[];
  private readonly own = new AbortController();
  private readonly timer: NodeJS.Timeout;

  constructor(folder: string | undefined, given: AbortSignal | undefined) {
    this.folder = folder;
    this.others = [given, cellHost()?.signal].filter((signal) => signal !== undefined);
    this.signal = AbortSignal.any([...this.others, this.own.signal]);
    this.timer = setInterval(() => this.look(), POLL_MS);
    this.timer.unref();
  }

  /** Also for those who keep events waiting: the signal of a notebook cell knows more than they. */
  look(): void {
    if (this.others.some(({ aborted }) => aborted) || isCancelled(this.folder)) this.own.abort();
  }

  end(): void {
    clearInterval(this.timer);
  }
}

function interruption(store: SweepStore): Error {
  const { total, missing } = store.status();
  const advice = adviceOn(store) ?? "they are lost: give a store to keep them";
  return interrupted(total - missing, total, advice);
}

function adviceOn({ folder }: SweepStore): string | null {
  return folder === undefined ? null : `kept in ${folder}, to go on: ${resumeLine(folder)}`;
}
