import { expect, test } from "vitest";
import { runPlan } from "../../lib/engine/engine.ts";
import { own } from "../../lib/steps/builder.ts";
import type { Task } from "../../lib/steps/task.ts";
import { callAndWait, empty, machineOf, planOf, runBoth, shared, task, wait } from "./plans.ts";

const NOTHING_LEFT = "SD008: the run cannot make progress: tasks are left, but no event is";
const first = shared("first_lock");
const second = shared("second_lock");

/** Both ways to run: lazily and event by event. */
function expectStuck(tasks: readonly Task[], message: string): void {
  const plan = planOf(machineOf(4), tasks, { variables: [first, second] });
  for (const eager of [false, true]) {
    expect(() => runPlan(plan, { seed: 1, eager })).toThrow(message);
  }
}

test("a loop in which no time passes is endless, and named", () => {
  const spins = task(2, (k) => {
    wait(k, 77);
    k.set("x", 0);
    k.while("x", "==", 0, () => k.set("x", 0));
  });
  const message =
    "SD008: cpu_2 cannot make progress: CPU 2 loops at 77 ns without any time passing";
  expectStuck([spins], message);
});

test("a task that cannot end leaves nothing to wait for", () => {
  const forever = task(2, (k) => k.forever(() => wait(k, 1_000)));
  const plan = planOf(machineOf(4), [forever]);
  expect(() => runPlan(plan, { seed: 1 })).toThrow(NOTHING_LEFT);
});

test("a handler that loops is named, not the program that it interrupts", () => {
  const loops = task(0, (k) =>
    callAndWait(k, [1], {
      ...empty,
      name: "loops",
      steps: [
        {
          kind: "while",
          condition: { left: 0, is: "==", right: 0 },
          body: [{ kind: "set", into: "x", to: 1, name: "set x" }],
          name: "loop",
        },
      ],
    }),
  );
  expectStuck([loops], "SD008: loops cannot make progress: CPU 1 loops at");
});

test("a long loop in which time passes is none", () => {
  const counts = task(0, (k) => {
    k.set("left", 1_500_000);
    k.while("left", ">", 0, () => {
      k.compute("left", "left", "-", 1);
      wait(k, 1);
    });
  });
  const result = runPlan(planOf(machineOf(2), [counts]), { seed: 1 });
  expect(result.endNs).toBe(1_500_000);
});

test("two CPUs that call each other with interrupts off wait for ever", () => {
  const deaf = (cpu: number): Task =>
    task(cpu, (k) => {
      k.irqOff();
      callAndWait(k, [1 - cpu], empty);
      k.irqOn();
    });
  expectStuck([deaf(0), deaf(1)], NOTHING_LEFT);
});

test("two CPUs that take two locks in opposite order wait for ever", () => {
  const takes = (cpu: number, outer: typeof first, inner: typeof first): Task =>
    task(cpu, (k) => {
      k.lock(own(outer));
      wait(k, 1_000);
      k.lock(own(inner));
      k.unlock(own(inner));
      k.unlock(own(outer));
    });
  expectStuck([takes(0, first, second), takes(1, second, first)], NOTHING_LEFT);
  const plan = planOf(machineOf(4), [takes(0, first, second), takes(1, first, second)], {
    variables: [first, second],
  });
  expect(runBoth(plan).endNs).toBeGreaterThan(2_000);
});

test("two CPUs that wait for each other's thread to sleep wait for ever", () => {
  const waits = (cpu: number): Task => task(cpu, (k) => k.awaitSleep(1 - cpu));
  expectStuck([waits(0), waits(1)], NOTHING_LEFT);
});

test("a task on a CPU that the machine lacks does not fit", () => {
  expect(() => runPlan(planOf(machineOf(4), [task(4, () => {})]), { seed: 1 })).toThrow(
    'SD005: workload does not fit: "CPU 4" (expected at most 4 CPUs)',
  );
});
