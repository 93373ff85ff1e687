/** The probes by name. */
import { MiB } from "../../base/units.ts";
import { collapse } from "../../workloads/collapse.ts";
import { dontneed } from "../../workloads/dontneed.ts";
import { membarrier } from "../../workloads/membarrier.ts";
import { mprotect } from "../../workloads/mprotect.ts";
import { munmap } from "../../workloads/munmap.ts";
import type { ProcessOptions } from "../../workloads/process.ts";
import type { Workload } from "../../workloads/workload.ts";
import type { CallCase, CallName, ProbeCase, ProbeName } from "./case.ts";
import { gupFastCase } from "./gupFastCase.ts";
import { forkCase, unshareCase } from "./helperCases.ts";
import { abi, BASE, type Libc, mapAt } from "./libc.ts";
import { requireThp } from "./ownMachine.ts";
import { pageoutCase } from "./pageoutCase.ts";
import { PAGE } from "./sizes.ts";

const TABLE = MiB(2);
/** A range and two empty tables behind it, as the workloads of the model have it. */
const SPACING = 3 * TABLE;

const collapseCase: CallCase = {
  name: "collapse",
  says: () => "map memory, fill it with small pages, and make huge pages of them (MADV_COLLAPSE)",
  sizes: ["bytes"],
  defaults: {},
  threads: 1,
  workload: (process, { bytes }) => collapse({ ...process, bytes }),
  labName: "collapse",
  params: ({ bytes }) => `mb=${bytes / MiB(1)}`,
  checkMachine: () => requireThp(),
  prepare: (libc, { bytes }) => {
    mapAt(libc, BASE, bytes);
    libc.madvise(BASE, bytes, abi.hugepage);
  },
  operate: (libc, { bytes }) => (libc.madvise(BASE, bytes, abi.collapse) === 0 ? 0 : 1),
  cleanUp: (libc, { bytes }) => void libc.munmap(BASE, bytes),
  starves: true,
  prefersPriority: true,
};

type OnRange = (libc: Libc, at: number) => number;
type RangeWorkload = (options: ProcessOptions & { bytes: number; calls: number }) => Workload;

/** One call for each of many ranges of one page. */
function onRanges(
  name: CallName,
  says: string,
  { of, call }: { readonly of: RangeWorkload; readonly call: OnRange },
): CallCase {
  const each = (calls: number, visit: (at: number) => number): number => {
    let failed = 0;
    for (let i = 0; i < calls; i++) if (visit(BASE + i * SPACING) !== 0) failed++;
    return failed;
  };
  return {
    name,
    says: () => `map single pages far apart, and ${says}`,
    sizes: ["calls"],
    defaults: {},
    threads: 2,
    workload: (process, { calls }) => of({ ...process, bytes: PAGE, calls }),
    labName: name,
    params: ({ calls }) => `n=${calls} pages=1`,
    prepare: (libc, { calls }) => {
      each(calls, (at) => {
        mapAt(libc, at, PAGE);
        return 0;
      });
    },
    operate: (libc, { calls }) => each(calls, (at) => call(libc, at)),
    cleanUp: (libc, { calls }) => void each(calls, (at) => libc.munmap(at, PAGE)),
    starves: false,
  };
}

const membarrierCase: CallCase = {
  name: "membarrier",
  says: () => "call membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED)",
  sizes: ["calls"],
  defaults: {},
  threads: 2,
  workload: (process, { calls }) => membarrier({ ...process, calls }),
  labName: "membarrier",
  params: ({ calls }) => `n=${calls}`,
  prepare: (libc) => void libc.membarrier(abi.membarrierRegister),
  operate: (libc, { calls }) => {
    let failed = 0;
    for (let i = 0; i < calls; i++) if (libc.membarrier(abi.membarrierPrivate) !== 0) failed++;
    return failed;
  },
  cleanUp: () => {},
  starves: false,
};

/** The probes by name. */
export const probeCases: Readonly<Record<ProbeName, ProbeCase>> = {
  collapse: collapseCase,
  munmap: onRanges("munmap", "unmap them one by one", {
    of: munmap,
    call: (libc, at) => libc.munmap(at, PAGE),
  }),
  mprotect: onRanges("mprotect", "make them read-only one by one", {
    of: mprotect,
    call: (libc, at) => libc.mprotect(at, PAGE, abi.protRead),
  }),
  dontneed: onRanges("dontneed", "give their memory back (MADV_DONTNEED)", {
    of: dontneed,
    call: (libc, at) => libc.madvise(at, PAGE, abi.dontneed),
  }),
  membarrier: membarrierCase,
  pageout: pageoutCase,
  gupFast: gupFastCase,
  fork: forkCase,
  unshare: unshareCase,
};
