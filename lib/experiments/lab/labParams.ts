/** The parameters of a run, with the defaults of the lab's workload.c. */
import { KiB, ms } from "../../base/units.ts";
import { PAGE_BYTES } from "../../mm/pageTables.ts";
import type { LabRun } from "../../observed/labRun.ts";
import type { ProcessOptions, Siblings } from "../../workloads/process.ts";
import type { RangeOptions } from "../../workloads/ranges.ts";

/** The lab's pauses before the first snapshot: 300 ms, then `settle2`, 50 ms without. */
const SETTLE_MS = 300;
const SETTLE2_MS = 50;

/** Parameters that change what is counted by the model's rules or not at all. */
const KNOWN = new Set([
  ...["T", "st", "min", "max", "reps", "trace", "tlines", "mb", "chunk_mb", "kind", "driver"],
  ...["kpin", "mspin", "n", "pages", "kb", "stride_kb", "spgb", "keep", "poke", "mig", "dir"],
  ...[
    "off",
    "dstoff",
    "phase",
    "how",
    "settle2",
    "gup",
    "gb",
    "procs",
    "op",
    "share",
    "kidstep",
    "ms",
  ],
]);

/** What the lab's workload.c was told. */
export class LabParams {
  readonly caseName: string;
  readonly unknown: string | undefined;
  readonly cpus: number;
  /** Operations that the calls reported as done. */
  readonly operations: number | undefined;
  private readonly isShared: boolean;
  private readonly params: Readonly<Record<string, string>>;

  constructor(run: LabRun, isShared: boolean) {
    this.isShared = isShared;
    this.caseName = run.caseName;
    this.cpus = run.cpus;
    this.operations = run.ops;
    this.params = run.params;
    this.unknown = Object.keys(run.params).find((name) => !KNOWN.has(name));
  }

  /** A number; `N`, `N/2` and `N-1` stand for the machine's CPUs. */
  number(name: string, otherwise: number): number {
    const text = this.params[name];
    switch (text) {
      case undefined:
        return otherwise;
      case "N":
        return this.cpus;
      case "N/2":
        return Math.floor(this.cpus / 2);
      case "N-1":
        return this.cpus - 1;
      default:
        return Number(text);
    }
  }

  text(name: string, otherwise: string): string {
    return this.params[name] ?? otherwise;
  }

  /** Shared memory, of a memfd, where the others are anonymous. */
  get isShmem(): boolean {
    return this.text("kind", "anon") === "shmem";
  }

  /**
   * Why a run is not covered: workload.c heeds one of these parameters in this case, and no rule
   * does. Undefined when none is set to more than its default.
   */
  unmodelled(...names: readonly string[]): string | undefined {
    const name = names.find((one) => !["0", "anon"].includes(this.text(one, "0")));
    if (name === undefined) return undefined;
    return `parameter ${name} of ${this.caseName}: not in this version`;
  }

  /** Size, number and stride of the ranges of `c_range`. */
  ranges(): Omit<Required<RangeOptions>, "everyNs"> {
    return {
      bytes: this.number("pages", 0) * PAGE_BYTES || KiB(this.number("kb", 2048)),
      calls: this.number("n", 10),
      strideBytes: KiB(this.number("stride_kb", PAGE_BYTES / KiB(1))),
    };
  }

  /** As many helpers as asked for; they never outnumber the other CPUs. */
  helpers(wanted: number): number {
    return Math.max(0, Math.min(wanted, this.cpus - 1));
  }

  /**
   * Threads, siblings and visited CPUs; the case says what `st` and `T` are unless told. A walk
   * starts on the CPUs of the helpers and ends where it began. On a shared host other processes run
   * on every CPU while the lab settles: a CPU left behind is stale, not lazy.
   */
  process(st: Siblings = "spin", T = 1): Required<ProcessOptions> {
    const siblings = this.text("st", st) as Siblings;
    const helpers = this.helpers(this.number("T", T) - 1);
    const threads = 1 + helpers;
    const visited = Math.max(0, this.helpers(this.number("mig", 0)) - helpers);
    const left = this.isShared && (siblings === "sleep" || visited > 0);
    return {
      threads: left ? threads + visited : threads,
      siblings: left ? "stale" : siblings,
      visitedCpus: left ? 0 : visited,
      settleNs: ms(SETTLE_MS + this.number("settle2", SETTLE2_MS)),
    };
  }
}
