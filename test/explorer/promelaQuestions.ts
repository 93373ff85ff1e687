/** Questions whose states and transitions were counted by SPIN 6.5.2, reductions off. */

import { environmentOf } from "../../lib/experiments/environments.ts";
import { checkScene } from "../../lib/experiments/scene.ts";
import type { SystemSpec } from "../../lib/explorer/system.ts";
import type { Policy } from "../../lib/index.ts";
import * as sd from "../../lib/index.ts";
import { collapseAnonymous } from "../../lib/mm/collapse.ts";
import { gupFast } from "../../lib/mm/gupFast.ts";
import { VARIABLES } from "../../lib/mm/variables.ts";
import { of, own, program } from "../../lib/steps/builder.ts";
import type { FenceOrder } from "../../lib/steps/instructions.ts";
import type { SyncOptions } from "./trackers.ts";
import { entry, sync, tracked, walker, walking } from "./trackers.ts";

/** A question, and what SPIN counted; no counts where it stopped at a violation. */
export interface PromelaQuestion {
  readonly name: string;
  readonly spec: SystemSpec;
  readonly outcome: "holds" | "violated";
  readonly states?: number;
  readonly transitions?: number;
}

const source = "test";

function trackers(
  model: SystemSpec["memoryModel"],
  walkers: number,
  fence: FenceOrder | undefined,
  how: SyncOptions,
): SystemSpec {
  return tracked(model, walkers, { walker: walker(fence), sync: sync(how) });
}

/** A collapse beside a CPU that walks the table with GUP-fast, as the kernel does both. */
function collapse(
  memoryModel: SystemSpec["memoryModel"],
  tableSync: Policy,
  mask: readonly number[] = [0],
): SystemSpec {
  const env = environmentOf(
    checkScene({
      machine: sd.machines.qemu.withCpus(8),
      linux: sd.linux({ release: "7.2", tableSync }),
      backend: sd.backend.native(),
      workload: sd.workload.munmap({ bytes: 4096 }),
    }),
  );
  const walks = program("walks", { params: ["mm", "table"], source }, (k) => {
    k.forever(() => k.include(gupFast(env), { mm: "mm", table: "table", pages: 1 }));
  });
  const lane = { args: { mm: 3, table: 0 }, initial: { loaded_mm: 3 } };
  return {
    lanes: [
      { name: "collapse", thread: collapseAnonymous(env), ...lane },
      { name: "GUP-fast", thread: walks, ...lane },
    ],
    variables: VARIABLES,
    mms: 4,
    tables: 1,
    initial: [{ variable: "mm_cpumask", owner: 3, value: mask }],
    memoryModel,
  };
}

/** An NMI inside a walk, readers under RCU, and a grace period before the table is freed. */
function graceAndNmi(memoryModel: SystemSpec["memoryModel"], isProtected = true): SystemSpec {
  const nmi = program("nmi", { source }, (k) => {
    k.load("seen", of(entry, 0));
    k.if("seen", "==", 1, () => k.ghost("use", 0));
    k.add(own(walking), 1);
  });
  const reader = program("reader", { source }, (k) => {
    if (isProtected) k.rcuLock();
    k.load("seen", of(entry, 0));
    k.if("seen", "==", 1, () => k.ghost("use", 0));
    if (isProtected) k.rcuUnlock();
  });
  const writer = program("writer", { source }, (k) => {
    k.lock(own(walking));
    k.compareExchange(of(entry, 0), { from: 1, to: 0 }, "was");
    k.unlock(own(walking));
    k.ghost("detach", 0);
    k.gracePeriod();
    k.ghost("free", 0);
  });
  return {
    lanes: [
      { name: "reader", thread: reader, nmi },
      { name: "other reader", thread: reader },
      { name: "writer", thread: writer },
    ],
    variables: [walking, entry],
    mms: 1,
    tables: 1,
    initial: [],
    memoryModel,
  };
}

const none = sd.tableSync.custom({
  name: "none",
  options: {},
  hooks: {},
  summary: "does not wait for walkers",
  source,
});

const FULL: SyncOptions = { clear: "store", fence: "full" };

type Counts = readonly [states: number, transitions: number];

/** Counts under SC and under x86-TSO; no counts where the question is violated. */
function both(
  name: string,
  specOf: (model: SystemSpec["memoryModel"]) => SystemSpec,
  sc: Counts | undefined,
  tso: Counts | undefined,
): PromelaQuestion[] {
  return (["sc", "x86-tso"] as const).map((model) => {
    const counts = model === "sc" ? sc : tso;
    const spec = specOf(model);
    if (counts === undefined) return { name: `${name}, ${model}`, spec, outcome: "violated" };
    const [states, transitions] = counts;
    return { name: `${name}, ${model}`, spec, outcome: "holds", states, transitions };
  });
}

/** Every question with its counts. */
export const QUESTIONS: readonly PromelaQuestion[] = [
  ...both("1 walker", (m) => trackers(m, 1, "full", FULL), [198, 380], [370, 811]),
  ...both("2 walkers", (m) => trackers(m, 2, "full", FULL), [3_130, 9_135], [8_748, 29_704]),
  ...both(
    "3 walkers",
    (m) => trackers(m, 3, "full", FULL),
    [50_190, 196_714],
    [217_106, 1_000_842],
  ),
  ...both(
    "exchange",
    (m) => trackers(m, 2, "full", { clear: "exchange" }),
    [3_049, 8_892],
    [14_942, 57_197],
  ),
  ...both("no fence", (m) => trackers(m, 2, undefined, FULL), [2_418, 7_059], undefined),
  ...both(
    "read fence",
    (m) => trackers(m, 2, "full", { ...FULL, fence: "read" }),
    [3_130, 9_135],
    undefined,
  ),
  ...both(
    "no wait",
    (m) => trackers(m, 2, "full", { ...FULL, waits: false }),
    undefined,
    undefined,
  ),
  ...both(
    "broadcast",
    (m) => collapse(m, sd.tableSync.broadcast(), [0, 1]),
    [1_669, 3_319],
    [2_054, 4_349],
  ),
  ...both("targeted", (m) => collapse(m, sd.tableSync.targeted()), [912, 1_792], [1_831, 4_271]),
  ...both("no sync", (m) => collapse(m, none), undefined, undefined),
  ...both("grace period and NMI", (m) => graceAndNmi(m), [2_738, 7_291], [4_022, 11_449]),
  ...both("readers without RCU", (m) => graceAndNmi(m, false), undefined, undefined),
];
