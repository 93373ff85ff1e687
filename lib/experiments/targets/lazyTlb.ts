/** Published results about borrowed address spaces: switch rates, and interrupts of a build. */
import { native } from "../../backends/backend.ts";
import { x86 } from "../../machine/arch.ts";
import type { Machine } from "../../machine/machine.ts";
import { machine } from "../../machine/machine.ts";
import { machines } from "../../machine/presets.ts";
import { hazard } from "../../policies/lazyTlb/hazard.ts";
import { mainline } from "../../policies/lazyTlb/mainline.ts";
import { refcount } from "../../policies/lazyTlb/refcount.ts";
import { shootLazies } from "../../policies/lazyTlb/shootLazies.ts";
import { linux } from "../../policies/linux.ts";
import type { Policy } from "../../policies/policy.ts";
import { contextSwitchIdle } from "../../workloads/contextSwitchIdle.ts";
import { contextSwitchPingPong } from "../../workloads/contextSwitchPingPong.ts";
import { kernelCompile } from "../../workloads/kernelCompile.ts";
import type { Workload } from "../../workloads/workload.ts";
import type { Run } from "../run.ts";
import { simulate } from "../simulate.ts";
import type { Target } from "./target.ts";

const PIGGIN = "powerpc/64s: enable MMU_LAZY_TLB_SHOOTDOWN, Nicholas Piggin, v4, 5 June 2021";
const DESNOYERS =
  "sched+mm: Track lazy active mm existence with hazard pointers, Mathieu Desnoyers, October 2024";

/** Two EPYC 9654, 384 threads [Desnoyers-2024]. */
const epyc384: Machine = machine({
  name: "two EPYC 9654",
  arch: x86({ invlpgb: true }),
  profile: "x86Amd",
  sockets: 2,
  coresPerSocket: 96,
  threadsPerCore: 2,
});

const TRIPS = 100;
const ROUNDS = 50;
const POWER8_CPUS = 192;
const POWER9_CPUS = 144;
/** Simulated processes of a build, and how many there are: assumed, 2,800 objects of 5 each. */
const SIMULATED = 20 * POWER9_CPUS;
const PROCESSES = 14_000;

/** Gain of hazard pointers in % by pairs of threads, as reported. */
const GAINS: readonly (readonly [pairs: number, reportedPct: number, remark: string])[] = [
  [1, -0.2, "one pair: the line stays with two CPUs"],
  [12, 0.8, "below the onset, as reported"],
  [24, 3, "below the onset; the model says less"],
  [48, 12, "MISSES: a queue adds little beyond its transfers before it saturates"],
  [96, 21, "MISSES as 48: the model saturates between 96 and 192 pairs, and then at once"],
  [384, 4, "two threads a CPU: nobody idles, nothing is borrowed"],
  [768, -0.6, "as 384"],
];

/** What is known. */
export const lazyTlbTargets: readonly Target[] = [
  {
    id: "V10",
    what: "192 POWER8 cores, as many threads in and out of idle: rate when shot to rate counted",
    reported: 118,
    unit: "x",
    predicted: () => power8Rate(shootLazies()) / power8Rate(refcount()),
    tolerance: { kind: "factor", limit: 2 },
    source: PIGGIN,
    remark:
      "the rate when shot, 1.63 us a trip, is where the cost of a switch comes from; the other" +
      " half is the model's",
  },
  {
    id: "V10-counted",
    what: "192 POWER8 cores: trips into idle and back with counted borrowers",
    reported: 1e6,
    unit: "trips/s",
    predicted: () => power8Rate(refcount()),
    tolerance: { kind: "factor", limit: 2 },
    source: PIGGIN,
    remark: "reported as about 1 M; two atomics a trip on one line, 433 ns each from two POWER7",
  },
  {
    id: "V11",
    what: "POWER9, 144 CPUs: interrupts that shooting adds to a kernel compile",
    reported: 314,
    unit: "interrupts",
    predicted: () => (PROCESSES / SIMULATED) * extraInterrupts(),
    tolerance: { kind: "factor", limit: 10 },
    source: PIGGIN,
    remark:
      "processes (14,000) and the shares that are moved (5 %) or dropped elsewhere (1 %) are" +
      " assumed; 314 would mean one process in 45",
  },
  {
    id: "I10-192",
    what: "384 EPYC threads, 192 pairs, context_switch1_threads: gain of hazard pointers",
    reported: 28,
    unit: "%",
    predicted: () => gainPct(192),
    tolerance: { kind: "factor", limit: 2 },
    source: DESNOYERS,
    remark: "the peak; the curve of the contended line is that of a Milan VM",
  },
  ...GAINS.map(
    ([pairs, reported, remark]): Target => ({
      id: `I10-${pairs}`,
      what: `the same with ${pairs} pairs`,
      reported,
      unit: "%",
      predicted: () => gainPct(pairs),
      tolerance: { kind: "sign", limit: 5 },
      source: DESNOYERS,
      remark,
    }),
  ),
];

function run(on: Machine, release: string, lazyTlb: Policy, workload: Workload): Run {
  return simulate({
    machine: on,
    linux: linux({ release, lazyTlb }),
    backend: native(),
    workload,
    seed: 1,
  });
}

/** Operations a second. */
function rateOf({ result }: Run): number {
  const { tallies, startNs, endNs } = result;
  return ((tallies.operations ?? 0) * 1e9) / (endNs - startNs);
}

function power8Rate(lazyTlb: Policy): number {
  const workload = contextSwitchIdle({ threads: POWER8_CPUS, trips: TRIPS });
  return rateOf(run(machines.power8, "7.2", lazyTlb, workload));
}

function gainPct(pairs: number): number {
  const workload = contextSwitchPingPong({ pairs, rounds: ROUNDS });
  const rate = (lazyTlb: Policy): number => rateOf(run(epyc384, "6.12", lazyTlb, workload));
  return 100 * (rate(hazard()) / rate(refcount()) - 1);
}

function extraInterrupts(): number {
  const workload = kernelCompile({ jobs: POWER9_CPUS, processes: SIMULATED });
  const interrupts = (lazyTlb: Policy): number => {
    const { rows } = run(machines.power9, "7.2", lazyTlb, workload).result;
    return Object.values(rows).reduce((sum, row) => sum + row.reduce((a, b) => a + b, 0), 0);
  };
  return interrupts(mainline()) - interrupts(refcount());
}
