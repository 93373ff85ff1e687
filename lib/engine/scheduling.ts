/** Sleeping, waiting for another CPU's thread to sleep, and spin locks. */
import { readSlot } from "./frames.ts";
import { schedule } from "./schedule.ts";
import type { EngineState } from "./state.ts";
import { ASLEEP, AWAITS_LOCK, AWAITS_SLEEP, RESUME_EVENT, RUNS_USER } from "./state.ts";
import type { Word } from "./word.ts";

/** The thread sleeps until a wake-up that comes later; whoever waits for its sleep goes on. */
export function sleep(s: EngineState, cpu: number, word: Word, now: number): boolean {
  s.word[cpu] = word.next;
  s.at[cpu] = Number.POSITIVE_INFINITY;
  s.condition[cpu] = ASLEEP;
  const waiters = s.sleepWaiters.get(cpu) ?? [];
  s.sleepWaiters.delete(cpu);
  for (const waiter of waiters) {
    schedule(s, now + s.distances.ackNs(cpu, waiter), RESUME_EVENT, waiter);
  }
  s.onTaskDone(s, cpu, now);
  return false;
}

/** The thread runs user code, as far as anybody can tell, until a kick takes it to the kernel. */
export function runUser(s: EngineState, cpu: number, word: Word, now: number): boolean {
  s.word[cpu] = word.next;
  s.at[cpu] = Number.POSITIVE_INFINITY;
  s.condition[cpu] = RUNS_USER;
  s.onTaskDone(s, cpu, now);
  return false;
}

/** Waits until the thread of another CPU sleeps and no wake-up is under way to it. */
export function awaitSleep(s: EngineState, cpu: number, word: Word, now: number): boolean {
  const target = readSlot(s, cpu, word.left);
  s.word[cpu] = word.next;
  if (s.condition[target] === ASLEEP && s.wakeSent[target] === 0) {
    s.at[cpu] = now + word.cost;
    return true;
  }
  s.at[cpu] = Number.POSITIVE_INFINITY;
  s.condition[cpu] = AWAITS_SLEEP;
  s.sleepWaiters.set(target, [...(s.sleepWaiters.get(target) ?? []), cpu]);
  return false;
}

/** Takes a spin lock; those who come later wait in order. */
export function lock(s: EngineState, cpu: number, word: Word, now: number): boolean {
  const line = word.base + readSlot(s, cpu, word.left);
  s.word[cpu] = word.next;
  if (s.numbers[line] === 0) {
    s.numbers[line] = 1;
    s.at[cpu] = now + word.cost;
    return true;
  }
  s.at[cpu] = Number.POSITIVE_INFINITY;
  s.condition[cpu] = AWAITS_LOCK;
  s.lockWaiters.set(line, [...(s.lockWaiters.get(line) ?? []), cpu]);
  return false;
}

/** Gives a spin lock to the CPU that has waited longest, one line transfer later. */
export function unlock(s: EngineState, cpu: number, word: Word, now: number): boolean {
  const line = word.base + readSlot(s, cpu, word.left);
  s.word[cpu] = word.next;
  s.at[cpu] = now + word.cost;
  const [next, ...rest] = s.lockWaiters.get(line) ?? [];
  if (next === undefined) {
    s.numbers[line] = 0;
    return true;
  }
  s.lockWaiters.set(line, rest);
  schedule(s, now + s.distances.ackNs(cpu, next), RESUME_EVENT, next);
  return false;
}
