/** Probes that need processes of their own; the helper in C does them. */
import { GiB } from "../../base/units.ts";
import { fork } from "../../workloads/fork.ts";
import type { ProcessOptions } from "../../workloads/process.ts";
import { unshare } from "../../workloads/unshare.ts";
import type { Workload } from "../../workloads/workload.ts";
import type { HelperCase } from "./case.ts";
import type { ProbeSizes } from "./sizes.ts";
import type { Repetition } from "./window.ts";

const SAYS: Readonly<Record<ProbeSizes["phase"], string>> = {
  fork: "fork; the children sleep",
  copyOnWrite: "fork, and let the parent write to every page that the child shares",
  childWrites: "fork, and let the child write to every page that the parent shares",
  reuse: "fork, end the child, and let the parent write to every page",
};

const LAB_PHASES: Readonly<Record<ProbeSizes["phase"], string>> = {
  fork: "fork",
  copyOnWrite: "cow",
  childWrites: "child",
  reuse: "reuse",
};

/** fork and copy-on-write. */
export const forkCase: HelperCase = {
  name: "fork",
  says: ({ phase }) => SAYS[phase],
  sizes: ["phase", "calls", "pages"],
  defaults: {},
  threads: 2,
  workload: workloadOfFork,
  notes: ({ phase, calls }, measured) => {
    if (phase !== "fork") return [];
    const pages = writtenEach(measured, calls);
    const each = pages === 1 ? "1 page" : `${pages} pages`;
    return [`the parent wrote ${each} after each fork, by its page faults: the model is told so`];
  },
  labName: "fork",
  params: ({ phase, calls, pages }) =>
    `phase=${LAB_PHASES[phase]} ${phase === "fork" ? `n=${calls}` : `pages=${pages}`}`,
  args: ({ phase, calls, pages }) => [`what=${phase}`, `calls=${calls}`, `pages=${pages}`],
  hugePages: () => 0,
  starves: false,
};

function workloadOfFork(
  process: ProcessOptions,
  { phase, calls, pages }: ProbeSizes,
  measured: readonly Repetition[],
): Workload {
  switch (phase) {
    case "fork": {
      // How many pages the parent itself writes between the calls is no rule of the kernel.
      const pagesWritten = writtenEach(measured, calls);
      return fork({ ...process, phase, children: calls, pages, pagesWritten });
    }
    case "childWrites":
      // A process of one thread; those of its parent have another address space.
      return fork({ phase: "copyOnWrite", pages });
    default:
      return fork({ ...process, phase, pages });
  }
}

/** Pages that the parent writes after each call, by its page faults. */
function writtenEach(measured: readonly Repetition[], calls: number): number {
  const faults = measured.map((one) => one.faults ?? 0);
  const mean = faults.reduce((sum, one) => sum + one, 0) / Math.max(1, faults.length);
  return Math.round(mean / calls);
}

/** hugetlb page tables that processes share. */
export const unshareCase: HelperCase = {
  name: "unshare",
  says: ({ operation, sharers }) =>
    `map huge pages in ${sharers} processes, which share the page tables, and unshare them ` +
    `in one (${operation})`,
  sizes: ["bytes", "sharers", "operation"],
  defaults: { bytes: GiB(1) },
  threads: 2,
  workload: (process, { bytes, sharers, operation }) =>
    unshare({ ...process, bytes, sharers, operation }),
  labName: "hugeshare",
  params: ({ bytes, sharers, operation }) =>
    `gb=${bytes / GiB(1)} procs=${sharers} op=${operation}`,
  args: ({ bytes, sharers, operation }) => [
    ...[`what=${operation}`, `gib=${bytes / GiB(1)}`, `sharers=${sharers}`],
  ],
  // One page a table is touched.
  hugePages: ({ bytes }) => bytes / GiB(1),
  starves: false,
};
