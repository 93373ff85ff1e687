/** Steps that touch other CPUs: each is a real event at its own time. */
import { awaitCalls, crossCall, wake } from "./crossCalls.ts";
import { readSlot, writeSlot } from "./frames.ts";
import { useInterconnect } from "./interconnect.ts";
import { finish } from "./interrupts.ts";
import { useLine } from "./lines.ts";
import { maskRegister } from "./localSteps.ts";
import * as op from "./opcodes.ts";
import { awaitSleep, lock, runUser, sleep, unlock } from "./scheduling.ts";
import type { EngineState } from "./state.ts";
import type { Word } from "./word.ts";

/**
 * Runs one interaction at time `now`; sets the CPU's time and place itself. Returns false where the
 * CPU must stop: it blocks, has finished, or others must react first.
 */
export function interact(s: EngineState, cpu: number, word: Word, now: number): boolean {
  switch (word.opcode) {
    case 47: // CROSS_CALL
      return crossCall(s, cpu, word, now);
    case 48: // AWAIT_CALLS
      return awaitCalls(s, cpu, word, now);
    case 49: // WAKE
      return wake(s, cpu, word, now);
    case 50: // SLEEP
      return sleep(s, cpu, word, now);
    case 51: // AWAIT_SLEEP
      return awaitSleep(s, cpu, word, now);
    case 52: // LOCK
      return lock(s, cpu, word, now);
    case 53: // UNLOCK
      return unlock(s, cpu, word, now);
    case 54: // FINISH
      return finish(s, cpu, now);
    case 55: // RUN_USER
      return runUser(s, cpu, word, now);
    case 56: // BROADCAST_FLUSH
      return useInterconnect(s, cpu, word, now);
    default:
      s.at[cpu] = now + accessMemory(s, cpu, word, now);
      s.word[cpu] = word.next;
      return true;
  }
}

/** Reads or writes a shared variable and returns the ns that takes. */
function accessMemory(s: EngineState, cpu: number, word: Word, now: number): number {
  const { opcode } = word;
  if (opcode === op.LOAD_REMOTE) return loadRemote(s, cpu, word, now);
  if (opcode >= op.LOAD_MASK) return accessMask(s, cpu, word, now);
  const base = word.base;
  const line = base + readSlot(s, cpu, word.left);
  const given = readSlot(s, cpu, word.right);
  bringObserversUpToDate(s, base, now);
  const { numbers } = s;
  const old = numbers[line]!;
  if (opcode === op.STORE_SHARED) {
    numbers[line] = given;
    const isOwn = s.lineOwner[line] === cpu;
    s.lineOwner[line] = cpu;
    return isOwn ? word.cost : word.remoteCost;
  }
  const next = opcode === op.ATOMIC_ADD ? old + given : given;
  const expected = readSlot(s, cpu, word.more);
  if (opcode !== op.COMPARE_EXCHANGE || old === expected) numbers[line] = next;
  writeSlot(s, cpu, word.into, opcode === op.ATOMIC_ADD ? next : old);
  return useLine(s, line, cpu, now, word.cost);
}

/** A variable of another CPU: that CPU is brought up to date, and its line becomes shared. */
function loadRemote(s: EngineState, cpu: number, word: Word, now: number): number {
  const owner = readSlot(s, cpu, word.left);
  if (s.isPassive[owner] === 1 && s.level[owner] === 0 && owner !== cpu) {
    s.advance(s, owner, now);
  }
  const line = word.base + owner;
  writeSlot(s, cpu, word.into, s.numbers[line]!);
  const isDirty = s.lineOwner[line] === owner && owner !== cpu;
  if (!isDirty) return word.cost;
  s.lineOwner[line] = -1;
  const { costs } = s.machine;
  const isFar = s.distances.hopsBetween(cpu, owner) > 0;
  return isFar ? costs.loadRemoteSocket.ns : word.remoteCost;
}

function accessMask(s: EngineState, cpu: number, word: Word, now: number): number {
  const { cost } = word;
  const index = word.base + readSlot(s, cpu, word.left);
  const bit = readSlot(s, cpu, word.right);
  const mask = s.memory.masks[index]!;
  switch (word.opcode) {
    case 43: // LOAD_MASK
      maskRegister(s, cpu, word.more).copyFrom(mask);
      return cost;
    case 46: // TEST_BIT
      writeSlot(s, cpu, word.into, mask.has(bit) ? 1 : 0);
      return cost;
    case 44: // MASK_BIT_SET
      mask.set(bit);
      break;
    default:
      mask.clear(bit);
  }
  return useLine(s, s.numbers.length + index, cpu, now, cost);
}

/** Passive CPUs that read the variable first take every step before the write. */
function bringObserversUpToDate(s: EngineState, base: number, now: number): void {
  const observers = s.observers.get(base);
  if (observers === undefined) return;
  for (const observer of observers) {
    if (s.isPassive[observer] === 1 && s.level[observer] === 0) s.advance(s, observer, now);
  }
}
