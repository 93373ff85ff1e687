/** Processes that end while other CPUs still have their address space: what that interrupts. */
import { native } from "../../lib/backends/backend.ts";
import { runPlan } from "../../lib/engine/engine.ts";
import { environmentOf } from "../../lib/experiments/environments.ts";
import { checkScene, planScene } from "../../lib/experiments/scene.ts";
import type { Arch } from "../../lib/machine/arch.ts";
import { powerpc } from "../../lib/machine/arch.ts";
import { machine } from "../../lib/machine/machine.ts";
import { mmUsers } from "../../lib/mm/archVariables.ts";
import { switchToIdle, switchToUser } from "../../lib/mm/contextSwitch.ts";
import type { Environment } from "../../lib/mm/environment.ts";
import { exitMm } from "../../lib/mm/exitMmap.ts";
import { mmdrop } from "../../lib/mm/mmdrop.ts";
import { activeMm, FIRST_USER_MM, loadedMm, mmCount } from "../../lib/mm/variables.ts";
import { linux } from "../../lib/policies/linux.ts";
import type { Policy } from "../../lib/policies/policy.ts";
import type { Builder } from "../../lib/steps/builder.ts";
import { of, program } from "../../lib/steps/builder.ts";
import type { Task } from "../../lib/steps/task.ts";
import { idle } from "../../lib/workloads/idle.ts";

/** What dies, where, and who still has it. */
export interface Deaths {
  readonly arch?: Arch;
  readonly release?: string;
  /** Default: that of mainline. */
  readonly lazyTlb?: Policy;
  readonly cpus?: number;
  /** Processes, one after the other; each ran on its CPU and ends there. Default: one on CPU 0. */
  readonly endOn?: readonly number[];
  /** CPUs that each process visited, in order, before it came to its own. */
  readonly visited?: readonly number[];
  /** What the visited CPUs do before it ends: idle and borrow, or run another process. */
  readonly visitors?: "borrow" | "leave";
  /** CPUs that run another process 1 ms after the end. */
  readonly leaveLater?: readonly number[];
  /** The CPU that drops the last reference, 2 ms after the end. Default: the one it ended on. */
  readonly dropOn?: number;
}

/** Interrupts of all rows, roots freed, CPUs left on a freed one, and what else was counted. */
export interface Outcome {
  readonly interrupts: number;
  readonly perCpu: readonly number[];
  readonly freed: number;
  readonly stale: number;
  readonly tallies: Readonly<Record<string, number>>;
}

const MS = 1_000_000;

/** Runs the deaths. */
export function die(deaths: Deaths, eager: boolean = false): Outcome {
  const { cpus = 8, endOn = [0], visited = [], release = "7.2" } = deaths;
  const policy = deaths.lazyTlb === undefined ? {} : { lazyTlb: deaths.lazyTlb };
  const scene = checkScene({
    machine: machine({ arch: deaths.arch ?? powerpc(), coresPerSocket: cpus }),
    linux: linux({ release, ...policy }),
    backend: native(),
    workload: idle({ forNs: 1 }),
  });
  const env = environmentOf(scene);
  const mms = endOn.map((_, i) => FIRST_USER_MM + i);
  const other = FIRST_USER_MM + mms.length;
  const result = runPlan(
    {
      ...planScene(scene),
      mms: other + 1,
      setup: [
        ...mms.map((mm) => visited.map((cpu) => visit(env, cpu, mm))),
        deaths.visitors === "leave" ? visited.map((cpu) => runOther(env, cpu, other, 0)) : [],
      ],
      operation: [
        ...endings(env, deaths, mms),
        ...(deaths.leaveLater ?? [])
          .filter((cpu) => !endOn.includes(cpu))
          .map((cpu) => runOther(env, cpu, other, MS)),
        judgement(cpus - 1, mms),
      ],
    },
    { seed: 1, eager },
  );
  const perCpu = Array.from({ length: cpus }, (_, cpu) =>
    Object.values(result.rows).reduce((sum, row) => sum + row[cpu]!, 0),
  );
  return {
    perCpu,
    interrupts: perCpu.reduce((sum, count) => sum + count, 0),
    freed: result.tallies.mms_freed ?? 0,
    stale: result.tallies.stale ?? 0,
    tallies: result.tallies,
  };
}

function task(cpu: number, name: string, write: (k: Builder) => void): Task {
  return { cpu, program: program(name, { source: "test" }, write), args: {} };
}

function visit(env: Environment, cpu: number, mm: number): Task {
  return task(cpu, "visit", (k) => {
    k.include(switchToUser(env), { next: mm });
    k.include(switchToIdle(env));
  });
}

function runOther(env: Environment, cpu: number, other: number, afterNs: number): Task {
  return task(cpu, "run_other", (k) => {
    k.pause({ kind: "fixed", ns: afterNs });
    k.include(switchToUser(env), { next: other });
  });
}

/** A process on each CPU, one after the other where they share it, and the late drops. */
function endings(env: Environment, deaths: Deaths, mms: readonly number[]): Task[] {
  const { dropOn, endOn = [0], leaveLater = [] } = deaths;
  const tasks = [...new Set(endOn)].map((cpu) =>
    task(cpu, "processes_end", (k) => {
      k.pause({ kind: "fixed", ns: 1000 * endOn.indexOf(cpu) });
      for (const mm of mms.filter((_, i) => endOn[i] === cpu)) {
        k.store(of(mmUsers, mm), 1);
        k.include(switchToUser(env), { next: mm });
        if (dropOn !== undefined) k.add(of(mmCount, mm), 1);
        k.include(exitMm(env), { mm, pages: 10, tables: 1 });
      }
      if (!leaveLater.includes(cpu)) return;
      k.pause({ kind: "fixed", ns: MS });
      k.include(switchToUser(env), { next: FIRST_USER_MM + mms.length });
    }),
  );
  if (dropOn === undefined) return tasks;
  const later = task(dropOn, "late_drop", (k) => {
    k.pause({ kind: "fixed", ns: 2 * MS });
    for (const mm of mms) k.include(mmdrop(env), { mm });
  });
  return [...tasks, later];
}

/** At the very end: CPUs that borrow or have loaded a freed address space (all, or none, here). */
function judgement(cpu: number, mms: readonly number[]): Task {
  return task(cpu, "judgement", (k) => {
    k.pause({ kind: "fixed", ns: 10 * MS });
    k.forEachCpu("cpu", "online", () => {
      k.load("loaded", of(loadedMm, "cpu"));
      k.load("borrowed", of(activeMm, "cpu"));
      for (const mm of mms) {
        k.if("loaded", "==", mm, () => k.tally("stale"));
        k.if("borrowed", "==", mm, () => k.tally("stale"));
      }
    });
  });
}
