import { expect, test } from "vitest";
import type { EnginePlan, EngineResult } from "../../lib/engine/engine.ts";
import type { Task } from "../../lib/steps/task.ts";
import { machineOf, planOf, runBoth, task, wait } from "./plans.ts";

/** A thread on CPU 1 that sleeps, works for 500 ns when woken, and sleeps again. */
const sleeper: Task = task(1, (k) =>
  k.forever(() => {
    k.sleep();
    k.tally("woken");
    wait(k, 500);
  }),
);

/** CPU 0 wakes the sleeper a number of times, and waits until it sleeps again. */
function waking(times: number): Task {
  return task(0, (k) => {
    for (let i = 0; i < times; i++) {
      k.wake(1);
      k.awaitSleep(1);
    }
  });
}

function woken(times: number, change: Partial<EnginePlan> = {}): EngineResult {
  return runBoth(planOf(machineOf(3), [waking(times)], { setup: [[sleeper]], ...change }));
}

test("a wake-up is a function call interrupt, and nothing on TLB", () => {
  const result = woken(3);
  expect(result.tallies.woken).toBe(3);
  expect(result.rows).toEqual({ CAL: [0, 3, 0], TLB: [0, 0, 0], RES: [0, 0, 0] });
});

test("it takes as long as a call, and a switch to the thread", () => {
  // 7 to wake, 100 send, 1,000 under way, 20 entry, 30 exit, 60 switch, 500 work, 40 seen asleep.
  expect(woken(1).endNs - woken(1).startNs).toBe(1_757);
});

test("on PREEMPT_RT it is a reschedule interrupt", () => {
  const result = woken(3, { wakesReschedule: true });
  expect(result.tallies.woken).toBe(3);
  expect(result.rows).toEqual({ CAL: [0, 0, 0], TLB: [0, 0, 0], RES: [0, 3, 0] });
});

test("a CPU that polls sees a wake-up of either kind without an interrupt", () => {
  for (const wakesReschedule of [false, true]) {
    const machine = machineOf(3, { idle: "polling" });
    const result = woken(3, { machine, wakesReschedule });
    expect(result.tallies.woken).toBe(3);
    expect(result.rows).toEqual({ CAL: [0, 0, 0], TLB: [0, 0, 0], RES: [0, 0, 0] });
  }
});

test("a task that sleeps rests: the phase ends without it", () => {
  const sleeps = task(0, (k) => {
    wait(k, 300);
    k.sleep();
  });
  expect(runBoth(planOf(machineOf(2), [sleeps])).endNs).toBe(300);
});

test("waiting for a thread that sleeps already costs one look at it", () => {
  const machine = machineOf(3, { costs: { loadRemote: 66 } });
  const waits = task(0, (k) => k.awaitSleep(1));
  const result = runBoth(planOf(machine, [waits], { setup: [[sleeper]] }));
  expect(result.endNs - result.startNs).toBe(66);
});

test("several CPUs can wait for the same thread", () => {
  const waits = task(2, (k) => {
    wait(k, 200);
    k.awaitSleep(1);
    k.tally("seen");
  });
  const plan = planOf(machineOf(3), [waking(1), waits], { setup: [[sleeper]] });
  expect(runBoth(plan).tallies).toMatchObject({ seen: 1, woken: 1 });
});

/** A thread on CPU 1 in user code, which works for 500 ns when kicked. */
const spinner: Task = task(1, (k) => {
  k.runUser();
  k.tally("kicked");
  wait(k, 500);
});

/** CPU 0 wakes or kicks the thread of CPU 1 a little later. */
const kicks: Task = task(0, (k) => {
  wait(k, 10);
  k.wake(1);
});

test("a thread that runs user code is kicked: row RES, whatever the kernel does for sleepers", () => {
  for (const wakesReschedule of [false, true]) {
    for (const idle of ["halt", "polling"] as const) {
      const machine = machineOf(3, { idle });
      const result = runBoth(planOf(machine, [kicks, spinner], { wakesReschedule }));
      expect(result.tallies.kicked).toBe(1);
      expect(result.rows).toEqual({ CAL: [0, 0, 0], TLB: [0, 0, 0], RES: [0, 1, 0] });
    }
  }
});

test("the phase waits for a task that rested and was woken", () => {
  // 10, 7 to wake, 100 send, 1,000 under way, 20 entry, 30 exit; a sleeper takes a switch of 60.
  expect(runBoth(planOf(machineOf(3), [kicks, spinner])).endNs).toBe(1_167 + 500);
  const sleepsOnce = task(1, (k) => {
    k.sleep();
    wait(k, 500);
  });
  expect(runBoth(planOf(machineOf(3), [kicks, sleepsOnce])).endNs).toBe(1_227 + 500);
});

test("a wake-up that comes before the task rests counts as well", () => {
  const early = task(0, (k) => k.wake(1));
  const result = runBoth(planOf(machineOf(3), [early, spinner]));
  expect(result.tallies.kicked).toBe(1);
});

test("a task of the set-up that is woken in the window is not waited for", () => {
  const result = runBoth(planOf(machineOf(3), [kicks], { setup: [[spinner]] }));
  expect(result.endNs - result.startNs).toBeLessThan(200);
});
