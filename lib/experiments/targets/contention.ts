/** Contended lines and contended CPUs: V22 and V25. */
import { native } from "../../backends/backend.ts";
import { runPlan } from "../../engine/engine.ts";
import type { ContentionPoint } from "../../machine/contention.ts";
import { contentionCurves } from "../../machine/contention.ts";
import type { Machine } from "../../machine/machine.ts";
import { machine } from "../../machine/machine.ts";
import { machines } from "../../machine/presets.ts";
import { switchToUser } from "../../mm/contextSwitch.ts";
import { flushRange } from "../../mm/environment.ts";
import { FIRST_USER_MM } from "../../mm/variables.ts";
import { mmWalkers } from "../../mm/walkerVariables.ts";
import { linux } from "../../policies/linux.ts";
import { of, program } from "../../steps/builder.ts";
import type { Program } from "../../steps/instructions.ts";
import { mprotect } from "../../workloads/mprotect.ts";
import { environmentOf } from "../environments.ts";
import { checkScene, planScene } from "../scene.ts";
import type { Target } from "./target.ts";

const LKP = "[LKP] ext4 mmap fault test, one CPU: TLB 613,194, CAL 521,370";
/** A test of 60 s on 96 CPUs, all of which flush: ns between two flushes of one of them. */
const LKP_GAP_NS = 9_300_000;
const LKP_CPUS = 96;

/** Runs one program on each CPU of a machine, in one process whose threads run everywhere. */
function runEverywhere(
  on: Machine,
  cpus: number,
  write: (env: ReturnType<typeof environmentOf>) => Program,
): ReturnType<typeof runPlan> {
  const workload = mprotect({ bytes: 4096 });
  const scene = checkScene({ machine: on, linux: linux(), backend: native(), workload });
  const env = environmentOf(scene);
  const source = "kernel/sched/core.c context_switch()";
  const start = program("thread_starts", { params: ["mm"], source }, (k) => {
    k.include(switchToUser(env), { next: "mm" });
  });
  const each = (one: Program): { cpu: number; program: Program; args: { mm: number } }[] =>
    Array.from({ length: cpus }, (_, cpu) => ({ cpu, program: one, args: { mm: FIRST_USER_MM } }));
  const plan = planScene(scene);
  const operation = each(write(env));
  return runPlan(
    { ...plan, setup: [each(start)], startNs: 0, operation, background: [], busyCpus: [] },
    { seed: 1, eager: false, traceLimit: 0 },
  );
}

/** Handlers over interrupts of one CPU while all CPUs of a process flush. */
function callsPerInterrupt(): number {
  const on = machine({ sockets: 2, coresPerSocket: 24, threadsPerCore: 2 });
  const { rows } = runEverywhere(on, LKP_CPUS, (env) =>
    program("faults", { params: ["mm"], source: LKP }, (k) => {
      k.set("left", 20);
      k.while("left", ">", 0, () => {
        k.pause({ kind: "exponential", meanNs: LKP_GAP_NS });
        k.include(flushRange(env, { freed: false }), { mm: "mm", pages: 1 });
        k.compute("left", "left", "-", 1);
      });
    }),
  );
  const one = 9;
  return rows.TLB![one]! / rows.CAL![one]!;
}

/** Ns between two increments of a CPU while `cpus` of them increment one line. */
function incrementNs(on: Machine, cpus: number): number {
  const times = 200;
  const { startNs, endNs } = runEverywhere(on, cpus, () =>
    program("count_atomic", { params: ["mm"], source: "[perfbook] count_atomic:u" }, (k) => {
      k.set("left", times);
      k.while("left", ">", 0, () => {
        k.add(of(mmWalkers, "mm"), 1, undefined, "relaxed");
        k.compute("left", "left", "-", 1);
      });
    }),
  );
  return (endNs - startNs) / times;
}

/** Points of both curves that are compared. */
const CURVE_CPUS = { xeon448: [2, 8, 64, 192, 420], milan166: [2, 8, 64, 160] } as const;

function curveTargets(name: keyof typeof CURVE_CPUS): Target[] {
  const points: readonly ContentionPoint[] = contentionCurves[name].points;
  return points
    .filter(([cpus]) => (CURVE_CPUS[name] as readonly number[]).includes(cpus))
    .map(([cpus, ns]) => ({
      id: `V25-${name}-${cpus}`,
      what: `${cpus} CPUs increment one line: ns from one increment of a CPU to its next`,
      reported: ns,
      unit: "ns",
      predicted: () => incrementNs(machines[name], cpus),
      tolerance: { kind: "relative", limit: 0.15 },
      source: contentionCurves[name].source,
    }));
}

/** What is known of lines and CPUs that many contend for. */
export const contentionTargets: readonly Target[] = [
  {
    id: "V22",
    what: "handlers per interrupt on a CPU of a process whose 96 threads all flush",
    reported: 613_194 / 521_370,
    unit: "x",
    predicted: callsPerInterrupt,
    tolerance: { kind: "factor", limit: 1.3 },
    source: LKP,
    remark:
      "length of the test not published, 60 s assumed; flushes every 3 ms give 1.19, every 0.1 ms" +
      " 6: above 1 whenever initiators meet",
  },
  ...curveTargets("xeon448"),
  ...curveTargets("milan166"),
];
