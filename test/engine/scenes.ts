/** Arbitrary small scenes: machines, kernels and workloads that press on each other. */
import fc from "fast-check";
import type { Backend } from "../../lib/backends/backend.ts";
import { hyperv, kvm, native, xenPv } from "../../lib/backends/backend.ts";
import { ShootdownError } from "../../lib/base/messages.ts";
import { GiB, MiB } from "../../lib/base/units.ts";
import type { Scene } from "../../lib/experiments/scene.ts";
import { planScene } from "../../lib/experiments/scene.ts";
import { x86 } from "../../lib/machine/arch.ts";
import type { CostKey } from "../../lib/machine/costs.ts";
import { costKeys } from "../../lib/machine/costs.ts";
import type { Machine } from "../../lib/machine/machine.ts";
import { machine } from "../../lib/machine/machine.ts";
import { UNSHARE_OPERATIONS } from "../../lib/mm/hugetlbUnshare.ts";
import { RELEASE_NAMES } from "../../lib/mm/release.ts";
import type { Linux } from "../../lib/policies/linux.ts";
import { linux } from "../../lib/policies/linux.ts";
import { broadcast } from "../../lib/policies/tableSync/broadcast.ts";
import { skipIfFlushSentIpis } from "../../lib/policies/tableSync/skipIfFlushSentIpis.ts";
import { targeted } from "../../lib/policies/tableSync/targeted.ts";
import { collapse } from "../../lib/workloads/collapse.ts";
import { gupFastHammer } from "../../lib/workloads/gupFastHammer.ts";
import { isolatedObserver } from "../../lib/workloads/isolatedObserver.ts";
import { membarrier } from "../../lib/workloads/membarrier.ts";
import { mprotect } from "../../lib/workloads/mprotect.ts";
import { munmap } from "../../lib/workloads/munmap.ts";
import { perfSampling } from "../../lib/workloads/perfSampling.ts";
import type { ProcessOptions, Siblings } from "../../lib/workloads/process.ts";
import { SIBLINGS } from "../../lib/workloads/process.ts";
import { together } from "../../lib/workloads/together.ts";
import { unshare } from "../../lib/workloads/unshare.ts";
import type { Workload } from "../../lib/workloads/workload.ts";

/** Costs of every order of magnitude, and often the same ones: steps of two CPUs shall collide. */
const cost = fc.oneof(
  fc.constantFrom(0, 1, 10, 100),
  fc.integer({ min: 0, max: 40 }),
  fc.integer({ min: 0, max: 3000 }),
);

/** Some costs changed, or all of them tiny. Masking takes time, or a walk without work never ends. */
const costs = fc
  .oneof(
    { weight: 3, arbitrary: changesWith(cost, 0, 20) },
    { weight: 1, arbitrary: changesWith(fc.integer({ min: 0, max: 3 }), 45, 46) },
  )
  .map((changes) => ({ ...changes, irqOff: Math.max(1, changes.irqOff ?? 1) }));

function changesWith(
  cost: fc.Arbitrary<number>,
  minKeys: number,
  maxKeys: number,
): fc.Arbitrary<{ [key in CostKey]?: number }> {
  const key = fc.constantFrom<CostKey>(...costKeys);
  return fc.dictionary(key, cost, { minKeys, maxKeys });
}

const anyMachine: fc.Arbitrary<Machine> = fc
  .record({
    sockets: fc.integer({ min: 1, max: 3 }),
    coresPerSocket: fc.integer({ min: 2, max: 13 }),
    idle: fc.constantFrom("halt" as const, "polling" as const),
    arch: fc.boolean().map((invlpgb) => x86({ invlpgb })),
    costs,
  })
  .map((options) => machine({ ...options, threadsPerCore: 1 }));

const anyLinux: fc.Arbitrary<Linux> = fc
  .record({
    release: fc.constantFrom(...RELEASE_NAMES),
    tableSync: fc.constantFrom(broadcast(), broadcast(), skipIfFlushSentIpis(), targeted()),
    preemptRt: fc.integer({ min: 0, max: 4 }).map((roll) => roll === 0),
  })
  .map(linux);

const process: fc.Arbitrary<Required<ProcessOptions>> = fc.record({
  threads: fc.integer({ min: 1, max: 4 }),
  siblings: fc.constantFrom<Siblings>(...SIBLINGS),
  visitedCpus: fc.integer({ min: 0, max: 2 }),
  settleNs: fc.constantFrom(0, 1000, 350_000_000),
});

const anyCollapse: fc.Arbitrary<Workload> = fc
  .record({
    process,
    tables: fc.integer({ min: 1, max: 4 }),
    by: fc.constantFrom("madvise" as const, "khugepaged" as const),
    memory: fc.constantFrom("anonymous" as const, "shmem" as const),
    copyOnWriteFaults: fc.integer({ min: 0, max: 5 }),
  })
  .map(({ process, tables, ...options }) =>
    collapse({ ...process, ...options, bytes: MiB(2 * tables) }),
  );

const anyAttempts: fc.Arbitrary<Workload> = fc
  .record({
    process,
    failBeforeFlush: fc.integer({ min: 0, max: 2 }),
    failAfterFlush: fc.integer({ min: 0, max: 2 }),
    presentPages: fc.constantFrom(1, 100, 512),
    bytesPerCall: fc.constantFrom(0, MiB(2), MiB(4)),
  })
  .map(({ process, ...options }) => collapse({ ...process, ...options, bytes: MiB(8) }));

const anyUnshare: fc.Arbitrary<Workload> = fc
  .record({
    process,
    gigabytes: fc.integer({ min: 1, max: 4 }),
    sharers: fc.integer({ min: 2, max: 3 }),
    operation: fc.constantFrom(...UNSHARE_OPERATIONS),
    perGiB: fc.boolean(),
    aligned: fc.boolean(),
  })
  .map(({ process, gigabytes, ...options }) =>
    unshare({ ...process, ...options, bytes: GiB(gigabytes) }),
  );

const anyMembarrier: fc.Arbitrary<Workload> = fc
  .record({ process, calls: fc.integer({ min: 1, max: 5 }) })
  .map(({ process, calls }) => membarrier({ ...process, calls }));

const anyMunmap: fc.Arbitrary<Workload> = fc
  .record({
    process,
    pages: fc.integer({ min: 1, max: 60 }),
    calls: fc.integer({ min: 1, max: 5 }),
    keepNeighbour: fc.boolean(),
    wakeSiblings: fc.boolean(),
    everyNs: fc.constantFrom(0, 0, 700),
  })
  .map(({ process, pages, ...options }) => munmap({ ...process, ...options, bytes: 4096 * pages }));

const anyMprotect: fc.Arbitrary<Workload> = fc
  .record({
    process,
    pages: fc.integer({ min: 1, max: 60 }),
    calls: fc.integer({ min: 1, max: 5 }),
    everyNs: fc.constantFrom(0, 0, 700),
  })
  .map(({ process, pages, ...options }) =>
    mprotect({ ...process, ...options, bytes: 4096 * pages }),
  );

const anyHammer: fc.Arbitrary<Workload> = fc
  .record({
    threads: fc.integer({ min: 1, max: 6 }),
    pages: fc.constantFrom(1, 1, 40, 512),
    gapNs: fc.constantFrom(0, 5, 200, 2000),
    calls: fc.constantFrom(0, 0, 50),
    process: fc.constantFrom("same" as const, "other" as const),
    range: fc.constantFrom("own" as const, "operation" as const),
  })
  .map(gupFastHammer);

const initiator = fc.oneof(
  anyCollapse,
  anyAttempts,
  anyUnshare,
  anyMembarrier,
  anyMunmap,
  anyMprotect,
);

const anyWorkloads: fc.Arbitrary<readonly Workload[]> = fc.oneof(
  fc.tuple(initiator),
  fc.tuple(initiator, anyHammer),
  fc.tuple(initiator, initiator),
  fc.tuple(initiator, initiator, anyHammer),
);

/** Samples so often that some fall into walks, but not more than a CPU can take. */
const anySampling: fc.Arbitrary<readonly Workload[]> = fc
  .constantFrom(0, 0, 0, 10_000, 100_000)
  .map((hz) => (hz === 0 ? [] : [perfSampling({ hz })]));

/** Guests mostly have vCPUs that stop, so often that it happens within a short run. */
const anyBackend: fc.Arbitrary<Backend> = fc
  .record({
    guest: fc.constantFrom(undefined, undefined, kvm, kvm, hyperv, xenPv),
    preemptedShare: fc.constantFrom(0, 0.1, 0.5),
    stopNs: fc.constantFrom(5_000, 50_000, 1_000_000),
  })
  .map(({ guest, ...stops }) => (guest === undefined ? native() : guest(stops)));

/** A scene whose machine is large enough for its workload: 2 to 39 CPUs. */
export const anyScene: fc.Arbitrary<Required<Scene>> = fc
  .record({
    machine: anyMachine,
    linux: anyLinux,
    backend: anyBackend,
    workloads: anyWorkloads,
    sampling: anySampling,
    isObserved: fc.boolean(),
    seed: fc.integer({ min: 0, max: 1000 }),
  })
  .map(({ workloads, sampling, isObserved, ...values }) => {
    const last = [values.machine.cpus - 1];
    const observers = isObserved ? [isolatedObserver({ cpus: last })] : [];
    const parts = [...workloads, ...sampling, ...observers];
    return { ...values, workload: parts.length === 1 ? parts[0]! : together(...parts) };
  })
  .filter(fits);

function fits(scene: Required<Scene>): boolean {
  try {
    planScene(scene);
    return true;
  } catch (error) {
    if (!(error instanceof ShootdownError)) throw error;
    if (error.code === "SD005" || error.field === "isolatedObserver") return false;
    throw error;
  }
}
