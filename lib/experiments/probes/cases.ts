/** The operations that probes count: what is prepared, what is done, what the model makes of it. */
import { checkInteger } from "../../base/check.ts";
import { refused } from "../../base/messages.ts";
import { KiB, MiB } from "../../base/units.ts";
import { collapse } from "../../workloads/collapse.ts";
import { dontneed } from "../../workloads/dontneed.ts";
import { membarrier } from "../../workloads/membarrier.ts";
import { mprotect } from "../../workloads/mprotect.ts";
import { munmap } from "../../workloads/munmap.ts";
import type { ProcessOptions } from "../../workloads/process.ts";
import type { Workload } from "../../workloads/workload.ts";
import { abi, type Libc } from "./libc.ts";

/** The probes. */
export type ProbeName = "collapse" | "munmap" | "mprotect" | "dontneed" | "membarrier";

/** Sizes of one repetition. */
export interface ProbeSizes {
  /** collapse: bytes of the range, whole tables of 2 MiB. */
  readonly bytes: number;
  /** Other probes: calls; ranges of one page, each under a table of its own. */
  readonly calls: number;
}

/** One operation. */
export interface ProbeCase {
  readonly name: ProbeName;
  /** What a user is told before it is done. */
  readonly says: string;
  readonly workload: (process: ProcessOptions, sizes: ProbeSizes) => Workload;
  /** Its parameters as the lab writes them. */
  readonly params: (sizes: ProbeSizes) => string;
  readonly prepare: (libc: Libc, sizes: ProbeSizes) => void;
  /** The measured part; how many calls failed. */
  readonly operate: (libc: Libc, sizes: ProbeSizes) => number;
  readonly cleanUp: (libc: Libc, sizes: ProbeSizes) => void;
  readonly operations: (sizes: ProbeSizes) => number;
  /** Threads of real-time priority keep a worker from its CPU that this operation waits for. */
  readonly starves: boolean;
}

/** Where probes map: far from everything, 16 TiB. */
const BASE = 0x1000_0000_0000;
const TABLE = MiB(2);
const PAGE = KiB(4);
/** A range and two empty tables behind it, as the workloads of the model have it. */
const SPACING = 3 * TABLE;

function mapAt(libc: Libc, at: number, bytes: number): void {
  const found = libc.mmap(at, bytes, abi.protReadWrite, abi.mapHere);
  if (found !== at) throw refused("mmap", at, `errno ${libc.errno()}`);
  libc.madvise(at, bytes, abi.noHugepage);
  if (libc.madvise(at, bytes, abi.populateWrite) !== 0) {
    throw refused("MADV_POPULATE_WRITE", bytes, `errno ${libc.errno()}: Linux 5.14 or later`);
  }
}

const collapseCase: ProbeCase = {
  name: "collapse",
  says: "map memory, fill it with small pages, and make huge pages of them (MADV_COLLAPSE)",
  workload: (process, { bytes }) => collapse({ ...process, bytes }),
  params: ({ bytes }) => `mb=${bytes / MiB(1)}`,
  prepare: (libc, { bytes }) => {
    mapAt(libc, BASE, bytes);
    libc.madvise(BASE, bytes, abi.hugepage);
  },
  operate: (libc, { bytes }) => (libc.madvise(BASE, bytes, abi.collapse) === 0 ? 0 : 1),
  cleanUp: (libc, { bytes }) => void libc.munmap(BASE, bytes),
  operations: ({ bytes }) => bytes / TABLE,
  starves: true,
};

type OnRange = (libc: Libc, at: number) => number;
type RangeWorkload = (options: ProcessOptions & { bytes: number; calls: number }) => Workload;

/** One call for each of many ranges of one page. */
function onRanges(name: ProbeName, says: string, of: RangeWorkload, call: OnRange): ProbeCase {
  const each = (calls: number, visit: (at: number) => number): number => {
    let failed = 0;
    for (let i = 0; i < calls; i++) if (visit(BASE + i * SPACING) !== 0) failed++;
    return failed;
  };
  return {
    name,
    says: `map single pages far apart, and ${says}`,
    workload: (process, { calls }) => of({ ...process, bytes: PAGE, calls }),
    params: ({ calls }) => `n=${calls} pages=1`,
    prepare: (libc, { calls }) => {
      each(calls, (at) => {
        mapAt(libc, at, PAGE);
        return 0;
      });
    },
    operate: (libc, { calls }) => each(calls, (at) => call(libc, at)),
    cleanUp: (libc, { calls }) => void each(calls, (at) => libc.munmap(at, PAGE)),
    operations: ({ calls }) => calls,
    starves: false,
  };
}

const membarrierCase: ProbeCase = {
  name: "membarrier",
  says: "call membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED)",
  workload: (process, { calls }) => membarrier({ ...process, calls }),
  params: ({ calls }) => `n=${calls}`,
  prepare: (libc) => void libc.membarrier(abi.membarrierRegister),
  operate: (libc, { calls }) => {
    let failed = 0;
    for (let i = 0; i < calls; i++) if (libc.membarrier(abi.membarrierPrivate) !== 0) failed++;
    return failed;
  },
  cleanUp: () => {},
  operations: ({ calls }) => calls,
  starves: false,
};

/** The probes by name. */
export const probeCases: Readonly<Record<ProbeName, ProbeCase>> = {
  collapse: collapseCase,
  munmap: onRanges("munmap", "unmap them one by one", munmap, (libc, at) => libc.munmap(at, PAGE)),
  mprotect: onRanges("mprotect", "make them read-only one by one", mprotect, (libc, at) =>
    libc.mprotect(at, PAGE, abi.protRead),
  ),
  dontneed: onRanges("dontneed", "give their memory back (MADV_DONTNEED)", dontneed, (libc, at) =>
    libc.madvise(at, PAGE, abi.dontneed),
  ),
  membarrier: membarrierCase,
};

/** The sizes with their defaults, checked. Throws SD001. */
export function completeSizes(sizes: Partial<ProbeSizes>): ProbeSizes {
  const { bytes = MiB(64), calls = 20 } = sizes;
  checkInteger("bytes / 2 MiB", bytes / TABLE, 1, 4096);
  return { bytes, calls: checkInteger("calls", calls, 1, 100_000) };
}
