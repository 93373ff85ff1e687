/**
 * What is known of registers at an instruction that has been fetched while earlier ones wait: a
 * value may be unknown (it comes from a load that waits), unsure (from a load that went ahead of
 * one of the same location, and is undone if that one finds another value) or sure.
 */
import { HANDLER } from "../fields.ts";
import { ONLINE, SELF } from "../instruction.ts";
import type { ExplorerState } from "../state.ts";

/** It comes from a load that waits. */
export const UNKNOWN = 0;
/** It may still be undone. */
export const UNSURE = 1;
/** It is what it will be. */
export const SURE = 2;

/** The registers of one CPU at some instruction of its window; masks are sets of bits. */
export class Registers {
  lane = 0;
  private readonly s: ExplorerState;
  private readonly numbers: readonly number[];
  private readonly values: number[] = [];
  private readonly valueStates: number[] = [];
  private readonly cpus: number[] = [];
  private readonly cpuStates: number[] = [];
  private readonly masks: number[] = [];
  private readonly maskStates: number[] = [];

  constructor(s: ExplorerState) {
    this.s = s;
    this.numbers = s.system.code.dictionary.values;
  }

  /** Takes the registers of the frame that the CPU is in, as its oldest instruction finds them. */
  read(lane: number, level: number): void {
    const { s } = this;
    this.lane = lane;
    const frame = s.fields.lanes[lane]!.frames[level]!;
    const counts = countsOf(s, lane, level);
    for (let i = 0; i < counts.values; i++) this.setValue(i, s.valueOf(frame, i), SURE);
    for (let i = 0; i < counts.cpus; i++) {
      const cpu = s.cpuOf(lane, frame, i);
      this.setCpu(i, cpu, SURE);
    }
    for (let i = 0; i < counts.masks; i++) this.setMask(i, maskOf(s, frame.masks + i), SURE);
  }

  copy(from: Registers): void {
    this.lane = from.lane;
    overwrite(this.values, from.values);
    overwrite(this.valueStates, from.valueStates);
    overwrite(this.cpus, from.cpus);
    overwrite(this.cpuStates, from.cpuStates);
    overwrite(this.masks, from.masks);
    overwrite(this.maskStates, from.maskStates);
  }

  setValue(slot: number, value: number, state: number): void {
    if (slot < 0) return;
    this.values[slot] = value;
    this.valueStates[slot] = state;
  }

  setCpu(slot: number, cpu: number, state: number): void {
    this.cpus[slot] = cpu;
    this.cpuStates[slot] = state;
  }

  setMask(slot: number, mask: number, state: number): void {
    this.masks[slot] = mask;
    this.maskStates[slot] = state;
  }

  value(operand: number): number {
    return operand >= 0 ? this.values[operand]! : this.numbers[~operand]!;
  }

  stateOfValue(operand: number): number {
    return operand >= 0 ? this.valueStates[operand]! : SURE;
  }

  /** −1: none. */
  cpu(operand: number): number {
    if (operand < 0) return operand === SELF ? this.lane : -1;
    return this.cpus[operand]!;
  }

  stateOfCpu(operand: number): number {
    return operand < 0 ? SURE : this.cpuStates[operand]!;
  }

  mask(slot: number): number {
    return slot === ONLINE ? (1 << this.s.lanes) - 1 : this.masks[slot]!;
  }

  stateOfMask(slot: number): number {
    return slot === ONLINE ? SURE : this.maskStates[slot]!;
  }
}

function overwrite(to: number[], from: readonly number[]): void {
  for (let i = 0; i < from.length; i++) to[i] = from[i]!;
}

/** The lanes that carry a note, as bits. */
export function maskOf(s: ExplorerState, note: number): number {
  let mask = 0;
  for (let lane = 0; lane < s.lanes; lane++) if (s.hasNote(note, lane)) mask |= 1 << lane;
  return mask;
}

interface Counts {
  readonly values: number;
  readonly cpus: number;
  readonly masks: number;
}

/** Registers of the frame of a lane. */
function countsOf(s: ExplorerState, lane: number, level: number): Counts {
  const { code, threads, nmis, handlers } = s.system;
  if (level !== HANDLER) return code.routines[(level === 0 ? threads : nmis)[lane]!]!;
  const most = { values: 0, cpus: 0, masks: 0 };
  for (const { values, cpus, masks } of handlers) {
    most.values = Math.max(most.values, values);
    most.cpus = Math.max(most.cpus, cpus);
    most.masks = Math.max(most.masks, masks);
  }
  return most;
}
