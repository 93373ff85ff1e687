/** The sizes of what a probe does. */
import { KiB } from "../../base/units.ts";

/** Bytes of the pages that probes count in. */
export const PAGE: number = KiB(4);

/** The parts of a fork that can be measured: the calls, and who writes to shared pages. */
export const FORK_PROBES = ["fork", "copyOnWrite", "childWrites", "reuse"] as const;

/** What can make a process give up shared tables of huge pages. */
export const UNSHARE_PROBES = ["munmap", "mprotect", "dontneed"] as const;

/** Sizes of one repetition. Each probe takes those that it needs, and refuses the others. */
export interface ProbeSizes {
  /**
   * collapse, unshare, pageout: bytes of the range, whole tables of 2 MiB, and of 1 GiB where huge
   * pages are unshared. Default 64 MiB, 1 GiB and 2 MiB.
   */
  readonly bytes: number;
  /** Calls; of munmap, mprotect and dontneed each on a page under a table of its own. */
  readonly calls: number;
  /** fork: private pages of the parent. Default 64. */
  readonly pages: number;
  /**
   * fork: the calls (default), the parent or the child writes to every page while they share
   * them, or the parent does when the child is gone.
   */
  readonly phase: (typeof FORK_PROBES)[number];
  /** unshare: processes that map the memory, the one that unshares included. Default 2. */
  readonly sharers: number;
  /** unshare: what is called. Default `munmap`. */
  readonly operation: (typeof UNSHARE_PROBES)[number];
}
