/**
 * What interrupts chosen CPUs, and for how long: the noise that a program on such a CPU feels. An
 * interruption lasts from when it is taken until what it has interrupted goes on. Functions that
 * one interrupt runs share it: the first one bears the entry, the last one the exit.
 */
import type { LogHistogramData } from "../base/histogram.ts";
import { LogHistogram } from "../base/histogram.ts";

/** Nobody in particular sent it. */
export const NO_SENDER = -1;

/** One cause on one CPU: ns of each time. */
export interface NoiseCause {
  /** A function, the handler of an NMI, `reschedule`, `vcpu_stopped` or `nothing_queued`. */
  readonly cause: string;
  /** CPU that sent it; −1 where nobody in particular did. */
  readonly sender: number;
  readonly ns: LogHistogramData;
}

/** What one CPU felt during the window. Plain data. */
export interface CpuNoise {
  readonly cpu: number;
  /** ns of each interruption, whatever it ran. */
  readonly interruptions: LogHistogramData;
  /** By cause, then by sender. */
  readonly causes: readonly NoiseCause[];
}

/** Who caused what. */
interface Cause {
  readonly cause: string;
  readonly sender: number;
}

/** One observed CPU. */
class Observed {
  interruptions = new LogHistogram();
  readonly causes = new Map<string, Cause & { readonly times: LogHistogram }>();
  /** The interruption under way: its functions so far, and when the next one's share begins. */
  parts: (Cause & { ns: number })[] = [];
  from = 0;

  record(parts: readonly (Cause & { ns: number })[]): void {
    let total = 0;
    for (const { cause, sender, ns } of parts) {
      total += ns;
      this.timesOf(cause, sender).record(ns);
    }
    this.interruptions.record(total);
  }

  private timesOf(cause: string, sender: number): LogHistogram {
    const key = `${cause} ${sender}`;
    const known = this.causes.get(key);
    if (known !== undefined) return known.times;
    const times = new LogHistogram();
    this.causes.set(key, { cause, sender, times });
    return times;
  }
}

/** Records the noise of some CPUs; calls for others do nothing. */
export class NoiseRecorder {
  /** CPUs that are observed, each once, ascending. */
  readonly cpus: readonly number[];
  private observed: readonly (Observed | undefined)[];

  constructor(cpus: readonly number[]) {
    this.cpus = [...new Set(cpus)].sort((a, b) => a - b);
    this.observed = this.fresh();
  }

  isObserved(cpu: number): boolean {
    return this.observed[cpu] !== undefined;
  }

  /** Forgets what was before the window, but not an interruption under way. */
  restart(): void {
    const before = this.observed;
    this.observed = this.fresh();
    this.observed.forEach((one, cpu) => {
      if (one === undefined) return;
      one.parts = before[cpu]!.parts;
      one.from = before[cpu]!.from;
    });
  }

  /** An interruption with one cause only. */
  single(cpu: number, cause: string, ns: number, sender: number = NO_SENDER): void {
    this.observed[cpu]?.record([{ cause, sender, ns }]);
  }

  /** An interrupt is taken. */
  begin(cpu: number, now: number): void {
    const one = this.observed[cpu];
    if (one === undefined) return;
    one.parts = [];
    one.from = now;
  }

  /** A function of the interrupt has run. */
  ran(cpu: number, cause: string, sender: number, now: number): void {
    const one = this.observed[cpu];
    if (one === undefined) return;
    one.parts.push({ cause, sender, ns: now - one.from });
    one.from = now;
  }

  /** Something else has taken the CPU away from the handler for a while. */
  lose(cpu: number, ns: number): void {
    const one = this.observed[cpu];
    if (one !== undefined) one.from += ns;
  }

  /** What was interrupted goes on. */
  end(cpu: number, now: number): void {
    const one = this.observed[cpu];
    if (one === undefined) return;
    if (one.parts.length === 0) this.ran(cpu, "nothing_queued", NO_SENDER, one.from);
    one.parts.at(-1)!.ns += now - one.from;
    one.record(one.parts);
  }

  /** Everything of the window. */
  toData(): CpuNoise[] {
    return this.cpus.map((cpu) => {
      const { interruptions, causes } = this.observed[cpu]!;
      return {
        cpu,
        interruptions: interruptions.toData(),
        causes: [...causes.values()]
          .sort((a, b) => (a.cause < b.cause ? -1 : a.cause > b.cause ? 1 : a.sender - b.sender))
          .map(({ cause, sender, times }) => ({ cause, sender, ns: times.toData() })),
      };
    });
  }

  private fresh(): (Observed | undefined)[] {
    const observed: (Observed | undefined)[] = [];
    for (const cpu of this.cpus) observed[cpu] = new Observed();
    return observed;
  }
}
