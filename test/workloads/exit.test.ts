import { describe, expect, test } from "vitest";
import { MiB } from "../../lib/base/units.ts";
import { eachStep } from "../../lib/steps/walk.ts";
import { exit } from "../../lib/workloads/exit.ts";
import { cpusOf, namesOf, planOf } from "./contexts.ts";

/** Kinds of steps of one task that stand for sleeping, running and waking. */
function waitingOf(options: Parameters<typeof exit>[0], task: number): unknown[] {
  const found: unknown[] = [];
  eachStep(planOf(exit(options)).operation[task]!.program.steps, (step) => {
    if (step.kind === "sleep" || step.kind === "runUser") found.push(step.kind);
    if (step.kind === "wake") found.push(`wake ${step.cpu}`);
  });
  return found;
}

describe("exit", () => {
  test("the first thread wakes all others, leaves, and its parent sleeps on that CPU", () => {
    const plan = planOf(exit({ threads: 3 }));
    expect(namesOf(plan.operation)).toEqual(["0 exit_group", "1 thread_dies", "2 thread_dies"]);
    expect(plan.busyCpus).toEqual([]);
    expect(waitingOf({ threads: 3 }, 0)).toEqual(["wake 1", "wake 2", "sleep"]);
  });

  test("others sleep, or run until kicked; the last one wakes the parent", () => {
    expect(waitingOf({ threads: 2, siblings: "sleep" }, 1)).toEqual(["sleep", "wake 0"]);
    expect(waitingOf({ threads: 2, siblings: "spin" }, 1)).toEqual(["runUser", "wake 0"]);
  });

  test("killed: another process runs on the first CPU", () => {
    const plan = planOf(exit({ how: "kill", threads: 2, siblings: "spin" }));
    expect(plan.setup.map(namesOf)).toEqual([
      ["0 thread_starts", "1 thread_starts"],
      ["0 killer_runs"],
    ]);
    expect(namesOf(plan.operation)).toEqual(["0 kill", "1 thread_dies"]);
  });

  test("CPUs of other processes stay busy, visited ones idle, and threads that never ran are not", () => {
    expect(planOf(exit({ threads: 3, siblings: "stale" })).busyCpus).toEqual([1, 2]);
    const visited = planOf(exit({ visitedCpus: 2 }));
    expect([visited.cpus, namesOf(visited.operation)]).toEqual([3, ["0 exit_group"]]);
    const idle = planOf(exit({ threads: 3, siblings: "idle" }));
    expect(cpusOf(idle)).toEqual([0]);
  });

  test("pages, and tables of every level but the root", () => {
    const { args } = planOf(exit({ bytes: MiB(128) })).operation[0]!;
    expect(args).toEqual({ mm: 3, parent: 4, pages: 32_768, tables: 66 });
  });

  test("it needs a CPU for each thread", () => {
    expect(() => planOf(exit({ threads: 9 }), { availableCpus: 8 })).toThrow(
      'SD005: exit does not fit: "9 CPUs" (expected at most 8 CPUs)',
    );
  });

  test.for([
    [{ bytes: 100 }, "SD001: invalid bytes: 100"],
    [{ how: "crash" }, 'SD002: unknown how: "crash" (expected exit, kill)'],
    [{ byes: 1 }, 'did you mean "bytes"?'],
  ] as const)("refuses %o", ([options, message]) => {
    expect(() => exit(options as never)).toThrow(message);
  });
});
