/** One kernel path on CPU 0 of a small machine, after CPUs have loaded or borrowed an mm. */
import type { EngineResult } from "../../lib/engine/engine.ts";
import { runPlan } from "../../lib/engine/engine.ts";
import { machine } from "../../lib/machine/machine.ts";
import { mmUsers } from "../../lib/mm/archVariables.ts";
import { switchToIdle, switchToUser } from "../../lib/mm/contextSwitch.ts";
import type { Environment } from "../../lib/mm/environment.ts";
import { FIRST_USER_MM, VARIABLES } from "../../lib/mm/variables.ts";
import { of, program } from "../../lib/steps/builder.ts";
import type { Program } from "../../lib/steps/instructions.ts";

/** Who has run the address space before the path begins. */
export interface Users {
  readonly cpus: number;
  /** CPUs that run a thread of it. Default: CPU 0. */
  readonly running?: readonly number[];
  /** CPUs that have run it and idle. Default: none. */
  readonly lazy?: readonly number[];
  /** Threads. Default: one for each running CPU. */
  readonly threads?: number;
  /** How often the path runs. Default 1. */
  readonly times?: number;
  /** The CPU that the path runs on. Default 0. */
  readonly on?: number;
}

/** Runs a path with parameters `mm` and others of the given values; counts it, seed 1. */
export function runPath(
  env: Environment,
  path: Program,
  args: Readonly<Record<string, number>>,
  users: Users,
): EngineResult {
  const { cpus, running = [0], lazy = [], threads = running.length, times = 1, on = 0 } = users;
  const source = "test";
  const start = program("starts", { source }, (k) => {
    k.include(switchToUser(env), { next: FIRST_USER_MM });
  });
  const idle = program("starts_and_sleeps", { source }, (k) => {
    k.include(switchToUser(env), { next: FIRST_USER_MM });
    k.include(switchToIdle(env));
  });
  const count = program("counts", { source }, (k) => k.add(of(mmUsers, FIRST_USER_MM), threads));
  const again = program("path", { params: path.params, source }, (k) => {
    k.set("left", times);
    k.while("left", ">", 0, () => {
      k.include(path, Object.fromEntries(path.params.map((name) => [name, name])));
      k.compute("left", "left", "-", 1);
    });
  });
  const task = (cpu: number, one: Program) => ({ cpu, program: one, args: {} });
  return runPlan(
    {
      machine: machine({ arch: env.cpu, cpus }),
      variables: VARIABLES,
      mms: FIRST_USER_MM + 1,
      tables: 1,
      boot: {},
      setup: [
        [...running.map((cpu) => task(cpu, start)), ...lazy.map((cpu) => task(cpu, idle))],
        [task(0, count)],
      ],
      startNs: 0,
      operation: [{ cpu: on, program: again, args: { mm: FIRST_USER_MM, ...args } }],
      background: [],
      busyCpus: running.filter((cpu) => cpu !== on),
      wakesReschedule: false,
    },
    { seed: 1 },
  );
}

/** Interrupts of calls, by CPU. */
export function calls({ rows }: EngineResult): readonly number[] {
  return rows.CAL!;
}
