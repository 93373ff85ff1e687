/** What a probe is made of: what is prepared, what is done, what the model makes of it. */
import type { ProcessOptions } from "../../workloads/process.ts";
import type { Workload } from "../../workloads/workload.ts";
import type { Libc } from "./libc.ts";
import type { ProbeSizes } from "./sizes.ts";
import type { Repetition } from "./window.ts";

/** The probes. */
export type ProbeName = CallName | HelperName;

/** Probes that call the kernel from this process, through koffi. */
export type CallName =
  | ("collapse" | "munmap" | "mprotect" | "dontneed" | "membarrier")
  | ("pageout" | "gupFast");

/** Probes that the helper in C does: Node itself must not fork. */
export type HelperName = "fork" | "unshare";

interface CommonCase {
  /** What a user is told before it is done. */
  readonly says: (sizes: ProbeSizes) => string;
  /** The sizes that it reads; others are refused. */
  readonly sizes: readonly (keyof ProbeSizes)[];
  /** Sizes that differ from those of most probes. */
  readonly defaults: Partial<ProbeSizes>;
  /** Threads unless told, the one that works included. */
  readonly threads: number;
  /** The same operation in the model; `measured` for what only the machine knows. */
  readonly workload: (
    process: ProcessOptions,
    sizes: ProbeSizes,
    measured: readonly Repetition[],
  ) => Workload;
  /** What the model was told of the measurement. */
  readonly notes?: (sizes: ProbeSizes, measured: readonly Repetition[]) => readonly string[];
  /** Its name among the cases of the lab, and its parameters as the lab writes them. */
  readonly labName: string;
  readonly params: (sizes: ProbeSizes) => string;
  /** Throws SD011 where this machine cannot show it. */
  readonly checkMachine?: (sizes: ProbeSizes) => void;
  /** Spinning at real-time priority keeps a worker away that this operation waits for. */
  readonly starves: boolean;
  /** It must not be interrupted by other work, so that priority helps one thread alone, too. */
  readonly prefersPriority?: boolean;
}

/** An operation that is called from this process. */
export interface CallCase extends CommonCase {
  readonly name: CallName;
  readonly prepare: (libc: Libc, sizes: ProbeSizes) => void;
  /** The measured part; how many calls failed. */
  readonly operate: (libc: Libc, sizes: ProbeSizes) => number;
  /** As many calls without what is asked about, timed after the window. */
  readonly contrast?: (libc: Libc, sizes: ProbeSizes) => void;
  readonly cleanUp: (libc: Libc, sizes: ProbeSizes) => void;
}

/** An operation of the helper. */
export interface HelperCase extends CommonCase {
  readonly name: HelperName;
  /** Arguments of the helper beside CPUs and priority. */
  readonly args: (sizes: ProbeSizes) => readonly string[];
  /** Huge pages of 2 MiB that must be free. */
  readonly hugePages: (sizes: ProbeSizes) => number;
}

/** One probe. */
export type ProbeCase = CallCase | HelperCase;
