/**
 * What is known of registers at an instruction that has been fetched while earlier ones wait: a
 * value may be unknown (it comes from a load that waits), unsure (from a load that went ahead of
 * one of the same location, and is undone if that one finds another value) or sure.
 */
import type { Arithmetic } from "../../steps/instructions.ts";
import { compare, compute } from "../arithmetic.ts";
import type { FrameFields } from "../fields.ts";
import type { Instruction } from "../instruction.ts";
import { ONLINE, SELF } from "../instruction.ts";
import * as op from "../opcodes.ts";
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
  readonly values: number[] = [];
  readonly valueState: number[] = [];
  readonly cpus: number[] = [];
  readonly cpuState: number[] = [];
  readonly masks: number[] = [];
  readonly maskState: number[] = [];
  private readonly s: ExplorerState;
  private readonly numbers: readonly number[];

  constructor(s: ExplorerState) {
    this.s = s;
    this.numbers = s.system.code.dictionary.values;
  }

  /** Takes the registers as the oldest waiting instruction finds them. */
  read(lane: number, frame: FrameFields): void {
    const { s } = this;
    this.lane = lane;
    const { values, cpus, masks } = s.fields.registers;
    for (let i = 0; i < values; i++) this.setValue(i, this.valueIn(frame, i), SURE);
    for (let i = 0; i < cpus; i++) this.setCpu(i, this.cpuIn(frame, i), SURE);
    for (let i = 0; i < masks; i++) this.setMask(i, this.maskIn(frame, i), SURE);
  }

  copy(from: Registers): void {
    this.lane = from.lane;
    from.values.forEach((value, i) => void this.setValue(i, value, from.valueState[i]!));
    from.cpus.forEach((cpu, i) => void this.setCpu(i, cpu, from.cpuState[i]!));
    from.masks.forEach((mask, i) => void this.setMask(i, mask, from.maskState[i]!));
  }

  setValue(slot: number, value: number, state: number): void {
    if (slot < 0) return;
    this.values[slot] = value;
    this.valueState[slot] = state;
  }

  setCpu(slot: number, cpu: number, state: number): void {
    this.cpus[slot] = cpu;
    this.cpuState[slot] = state;
  }

  setMask(slot: number, mask: number, state: number): void {
    this.masks[slot] = mask;
    this.maskState[slot] = state;
  }

  value(operand: number): number {
    return operand >= 0 ? this.values[operand]! : this.numbers[~operand]!;
  }

  stateOf(operand: number): number {
    return operand >= 0 ? this.valueState[operand]! : SURE;
  }

  cpu(operand: number): number {
    return operand === SELF ? this.lane : this.cpus[operand]!;
  }

  stateOfCpu(operand: number): number {
    return operand === SELF ? SURE : this.cpuState[operand]!;
  }

  mask(slot: number): number {
    return slot === ONLINE ? (1 << this.s.lanes) - 1 : this.masks[slot]!;
  }

  stateOfMask(slot: number): number {
    return slot === ONLINE ? SURE : this.maskState[slot]!;
  }

  private valueIn({ values }: FrameFields, slot: number): number {
    return slot < values.count ? this.numbers[this.s.get(values + slot)]! : 0;
  }
}
