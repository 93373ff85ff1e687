/** Published results about broadcast invalidation and interrupts on arm64 and POWER. */
import { native } from "../../backends/backend.ts";
import { runPlan } from "../../engine/engine.ts";
import type { Machine } from "../../machine/machine.ts";
import { machines } from "../../machine/presets.ts";
import { PAGE_BYTES } from "../../mm/pageTables.ts";
import { tableSmpSync } from "../../mm/sync.ts";
import { linux } from "../../policies/linux.ts";
import { program } from "../../steps/builder.ts";
import { mprotect } from "../../workloads/mprotect.ts";
import { together } from "../../workloads/together.ts";
import type { Workload } from "../../workloads/workload.ts";
import type { Run } from "../run.ts";
import { simulate } from "../simulate.ts";
import type { Target } from "./target.ts";

const NOROV = "[PATCH v2] IPI performance benchmark, Yury Norov, 19 December 2017";
const ANDREA = "arm64: tlb: skip tlbi broadcast, Andrea Arcangeli, February and March 2020";
const RAMACHANDRAN = "powerpc radix tlbie thread, message of 6 August 2021";

/** [Andrea-2020] 10,000 rounds of 32 processes, s, without broadcasts and with them. */
const LOCAL_S = 0.13941;
const BROADCAST_S = 2.1696;
const ISSUERS = 32;
/** [Andrea-2020] ns of a round whose flush is local: all that the model lacks is a pause. */
const LOCAL_ROUND_NS = 13_941;
/** [Ramachandran] share of time stalled in tlbie with one instruction a page. */
const PAGE_WISE_STALL = 1.798e9 / 4.2e9;
/** The largest range that powerpc flushes page by page, and the first that goes as a whole. */
const PAGE_WISE = 33;
const ROUNDS = 200;

/** What is known of arm64 and POWER. */
export const armAndPowerTargets: readonly Target[] = [
  {
    id: "V15",
    what: "ThunderX2, 112 CPUs: a broadcast IPI in single IPIs, sent and acknowledged",
    reported: 2106 / 110,
    unit: "x",
    predicted: () => callNs(machines.thunderx2, 111) / callNs(machines.thunderx2, 1),
    tolerance: { kind: "relative", limit: 0.2 },
    source: `${NOROV}: 110 and 2,106 dry runs`,
    remark: "the cost of a further target is derived from this report; targets are awake",
  },
  {
    id: "V19-work",
    what: "POWER10: work done with one tlbie a flush to work with one tlbie a page, 33 pages",
    reported: 1.77,
    unit: "x",
    predicted: () => pageWise().roundNs / asWhole().roundNs,
    tolerance: { kind: "relative", limit: 0.3 },
    source: `${RAMACHANDRAN}: 176-181 and 313-322 units of work`,
    remark: "the share stalled page by page, 43 %, is an input; one issuer, so no queue",
  },
  {
    id: "V19-stall",
    what: "the same: share of time stalled in tlbie with one tlbie a flush",
    reported: (100 * 1.11e8) / 4.2e9,
    unit: "%",
    predicted: () => 100 * asWhole().stall,
    tolerance: { kind: "relative", limit: 0.3 },
    source: `${RAMACHANDRAN}: 1.798e9, then 1.11e8 of about 4.2e9 cycles a second`,
    remark: "as V19-work",
  },
  {
    id: "V20",
    what: "arm64, 32 processes in mprotect loops: time with broadcasts to time with local flushes",
    reported: BROADCAST_S / LOCAL_S,
    unit: "x",
    predicted: () => broadcastRoundNs(ISSUERS) / LOCAL_ROUND_NS,
    tolerance: { kind: "factor", limit: 2 },
    source: `${ANDREA}: 2.1696 s and 0.13941 s`,
    remark:
      "the service time is derived from this report, the local round is an input: what holds is" +
      " that one server reproduces the ratio",
  },
];

function run(machine: Machine, workload: Workload): Run {
  return simulate({ machine, linux: linux(), backend: native(), workload });
}

function spanNs({ result }: Run): number {
  return result.endNs - result.startNs;
}

/** ns of a call of an empty function on the next `targets` CPUs, which all run user code. */
function callNs(machine: Machine, targets: number): number {
  const call = program("ipi_benchmark", { source: NOROV }, (k) => {
    k.emptyMask("targets");
    for (let cpu = 1; cpu <= targets; cpu++) k.addCpu("targets", cpu);
    k.crossCall("targets", tableSmpSync);
    k.awaitCalls();
  });
  const busyCpus = Array.from({ length: machine.cpus - 1 }, (_, i) => i + 1);
  const { startNs, endNs } = runPlan(
    {
      machine,
      variables: [],
      mms: 1,
      tables: 1,
      boot: {},
      setup: [],
      startNs: 0,
      operation: [{ cpu: 0, program: call, args: {} }],
      background: [],
      busyCpus,
      wakesReschedule: false,
    },
    { seed: 1 },
  );
  return endNs - startNs;
}

/** ns of one of {@link ROUNDS} rounds of `processes` processes, each on a CPU of its own. */
function broadcastRoundNs(processes: number): number {
  const { emag32 } = machines;
  const pauseNs = LOCAL_ROUND_NS - localRoundNs(emag32);
  const loop = mprotect({ bytes: PAGE_BYTES, calls: ROUNDS, everyNs: pauseNs });
  const loops = Array.from({ length: processes }, () => loop);
  return spanNs(run(emag32, together(...loops))) / ROUNDS;
}

/** What the model's round takes beside the broadcast, ns. */
function localRoundNs(machine: Machine): number {
  const alone = spanNs(run(machine, mprotect({ bytes: PAGE_BYTES, calls: ROUNDS }))) / ROUNDS;
  const { dsb, tlbi } = machine.costs;
  return Math.max(0, Math.floor(alone - dsb.ns - tlbi.ns));
}

/** A loop on POWER10: ns of a round, and the share of it spent in tlbie. */
interface TlbieLoop {
  readonly roundNs: number;
  readonly stall: number;
}

function pageWise(): TlbieLoop {
  return tlbieLoop(PAGE_WISE, workBesideNs());
}

function asWhole(): TlbieLoop {
  return tlbieLoop(PAGE_WISE + 1, workBesideNs());
}

/** ns of other work in a round, so that page by page the reported share is spent in tlbie. */
function workBesideNs(): number {
  const { roundNs, stall } = tlbieLoop(PAGE_WISE, 0);
  const wanted = (roundNs * stall) / PAGE_WISE_STALL;
  return Math.max(0, Math.floor(wanted - roundNs));
}

/** A process with a thread on another CPU, so that flushes are global. */
function tlbieLoop(pages: number, everyNs: number): TlbieLoop {
  const { power10Lpar } = machines;
  const loop = mprotect({ bytes: pages * PAGE_BYTES, calls: ROUNDS, everyNs, threads: 2 });
  const one = run(power10Lpar, loop);
  const instructions = one.result.tallies.broadcast_flushes ?? 0;
  const stalledNs = instructions * power10Lpar.costs.tlbie.ns;
  return { roundNs: spanNs(one) / ROUNDS, stall: stalledNs / spanNs(one) };
}
