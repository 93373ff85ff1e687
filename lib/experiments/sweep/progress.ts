/** How far a sweep is. */

/** What `onProgress` receives, a few times a second and at the end. */
export interface SweepProgress {
  readonly state: "running" | "done" | "interrupted" | "handed over";
  /** Cells that are needed; with a stop rule more may become necessary. */
  readonly total: number;
  /** Cells with an outcome, the failed ones included. */
  readonly done: number;
  readonly failed: number;
  /** Cells that were in the store before. */
  readonly resumed: number;
  /** Cells a second in this session; null at the start. */
  readonly perSecond: number | null;
  /** Seconds that the rest will take at this pace; null while nobody can know. */
  readonly etaSeconds: number | null;
  readonly elapsedSeconds: number;
  /** Where results are kept, and the line that goes on after an interrupt; null: nowhere. */
  readonly advice: string | null;
}

/** `34/54 cells, 2 failed, 10 resumed, 3.2/s, 6 s left` */
export function progressLine(progress: SweepProgress): string {
  const { state, total, done, failed, resumed, perSecond, etaSeconds, elapsedSeconds } = progress;
  const parts = [`${done}/${total} cells`];
  if (failed > 0) parts.push(`${failed} failed`);
  if (resumed > 0) parts.push(`${resumed} resumed`);
  if (perSecond !== null) parts.push(`${perSecond.toFixed(perSecond < 10 ? 1 : 0)}/s`);
  if (state !== "running") parts.push(`${state} after ${duration(elapsedSeconds)}`);
  else if (etaSeconds !== null) parts.push(`${duration(etaSeconds)} left`);
  return parts.join(", ");
}

function duration(seconds: number): string {
  if (seconds < 100) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}

/** Time between two reports. */
const REPORT_MS = 200;

/** Counts cells and tells the listener. */
export class ProgressMeter {
  private readonly listener: (progress: SweepProgress) => void;
  private readonly advice: string | null;
  private readonly startedMs = performance.now();
  private reportedMs = Number.NEGATIVE_INFINITY;
  /** Sum of the predicted costs that are done in this session, and of those still missing. */
  private costDone = 0;
  private costMissing = 0;
  private computed = 0;
  private total = 0;
  private resumed = 0;
  private done = 0;
  private failed = 0;

  constructor(listener: (progress: SweepProgress) => void, advice: string | null = null) {
    this.listener = listener;
    this.advice = advice;
  }

  /** Before a round: what is needed, what of it is done and failed, and what is missing. */
  begin(counts: { total: number; done: number; failed: number; costMissing: number }): void {
    this.total = counts.total;
    if (this.computed === 0) this.resumed = counts.done;
    this.done = counts.done;
    this.failed = counts.failed;
    this.costMissing = counts.costMissing;
    this.report("running", true);
  }

  /** One more outcome. */
  add(cost: number, failed: boolean): void {
    this.computed++;
    this.done++;
    if (failed) this.failed++;
    this.costDone += cost;
    this.costMissing -= cost;
    this.report("running", false);
  }

  /** Tells the last state in any case. */
  end(state: SweepProgress["state"]): void {
    this.report(state, true);
  }

  private report(state: SweepProgress["state"], now: boolean): void {
    const time = performance.now();
    if (!now && time - this.reportedMs < REPORT_MS) return;
    this.reportedMs = time;
    const elapsedSeconds = (time - this.startedMs) / 1_000;
    const { total, done, failed, resumed, computed, costDone, costMissing } = this;
    const { advice } = this;
    this.listener({
      state,
      total,
      done,
      failed,
      resumed,
      perSecond: computed === 0 ? null : computed / elapsedSeconds,
      etaSeconds: computed === 0 ? null : (elapsedSeconds * costMissing) / Math.max(1, costDone),
      elapsedSeconds,
      advice,
    });
  }
}
