/** Steps that touch other CPUs: each is a real event at its own time. */
import { awaitCalls, crossCall, wake } from "./crossCalls.ts";
import { readSlot, writeSlot } from "./frames.ts";
import { finish } from "./interrupts.ts";
import { useLine } from "./lines.ts";
import { maskRegister } from "./localSteps.ts";
import * as op from "./opcodes.ts";
import { awaitSleep, lock, sleep, unlock } from "./scheduling.ts";
import type { EngineState } from "./state.ts";

/**
 * Runs one interaction at time `now`; sets the CPU's time and place itself. Returns false where the
 * CPU must stop: it blocks, has finished, or others must react first.
 */
export function interact(s: EngineState, cpu: number, p: number, now: number): boolean {
  switch (s.code[p]) {
    case 47: // CROSS_CALL
      return crossCall(s, cpu, p, now);
    case 48: // AWAIT_CALLS
      return awaitCalls(s, cpu, p, now);
    case 49: // WAKE
      return wake(s, cpu, p, now);
    case 50: // SLEEP
      return sleep(s, cpu, p, now);
    case 51: // AWAIT_SLEEP
      return awaitSleep(s, cpu, p, now);
    case 52: // LOCK
      return lock(s, cpu, p, now);
    case 53: // UNLOCK
      return unlock(s, cpu, p, now);
    case 54: // FINISH
      return finish(s, cpu, now);
    default:
      s.at[cpu] = now + accessMemory(s, cpu, p, now);
      s.pc[cpu] = p + op.WORD;
      return true;
  }
}

/** Reads or writes a shared variable and returns the ns that takes. */
function accessMemory(s: EngineState, cpu: number, p: number, now: number): number {
  const { code } = s;
  const opcode = code[p]!;
  if (opcode === op.LOAD_REMOTE) return loadRemote(s, cpu, p, now);
  if (opcode >= op.LOAD_MASK) return accessMask(s, cpu, p, now);
  const base = code[p + op.EXTRA]!;
  const line = base + readSlot(s, cpu, code[p + op.LEFT]!);
  const given = readSlot(s, cpu, code[p + op.RIGHT]!);
  bringObserversUpToDate(s, base, now);
  const { numbers } = s;
  const old = numbers[line]!;
  if (opcode === op.STORE_SHARED) {
    numbers[line] = given;
    const isOwn = s.lineOwner[line] === cpu;
    s.lineOwner[line] = cpu;
    return code[p + (isOwn ? op.COST : op.REMOTE_COST)]!;
  }
  const next = opcode === op.ATOMIC_ADD ? old + given : given;
  const expected = readSlot(s, cpu, code[p + op.MORE]!);
  if (opcode !== op.COMPARE_EXCHANGE || old === expected) numbers[line] = next;
  writeSlot(s, cpu, code[p + op.INTO]!, opcode === op.ATOMIC_ADD ? next : old);
  return useLine(s, line, cpu, now, code[p + op.COST]!);
}

/** A variable of another CPU: that CPU is brought up to date, and its line becomes shared. */
function loadRemote(s: EngineState, cpu: number, p: number, now: number): number {
  const { code } = s;
  const owner = readSlot(s, cpu, code[p + op.LEFT]!);
  if (s.isPassive[owner] === 1 && s.level[owner] === 0 && owner !== cpu) {
    s.advance(s, owner, now);
  }
  const line = code[p + op.EXTRA]! + owner;
  writeSlot(s, cpu, code[p + op.INTO]!, s.numbers[line]!);
  const isDirty = s.lineOwner[line] === owner && owner !== cpu;
  if (!isDirty) return code[p + op.COST]!;
  s.lineOwner[line] = -1;
  const { costs } = s.machine;
  const isFar = s.distances.hopsBetween(cpu, owner) > 0;
  return isFar ? costs.loadRemoteSocket.ns : code[p + op.REMOTE_COST]!;
}

function accessMask(s: EngineState, cpu: number, p: number, now: number): number {
  const { code } = s;
  const cost = code[p + op.COST]!;
  const index = code[p + op.EXTRA]! + readSlot(s, cpu, code[p + op.LEFT]!);
  const bit = readSlot(s, cpu, code[p + op.RIGHT]!);
  const mask = s.memory.masks[index]!;
  switch (code[p]) {
    case 43: // LOAD_MASK
      maskRegister(s, cpu, code[p + op.MORE]!).copyFrom(mask);
      return cost;
    case 46: // TEST_BIT
      writeSlot(s, cpu, code[p + op.INTO]!, mask.has(bit) ? 1 : 0);
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
