/** One frame of a CPU in Promela: the names of its registers, and its operands. */
import { badProgram } from "../../base/messages.ts";
import type { Instruction, PlaceCode } from "../instruction.ts";
import { ONLINE, SELF } from "../instruction.ts";
import { SLOT_KIND } from "../liveness.ts";
import type { System } from "../system.ts";
import type { PromelaMemory } from "./memory.ts";

/** What a frame is printed for. */
export interface FramePlace {
  readonly system: System;
  readonly memory: PromelaMemory;
  readonly lane: number;
  /** `t` for the thread, `h` for handlers, `n` for the NMI: registers begin with it. */
  readonly letter: string;
  /** What must hold for the frame to run; empty: it always may. */
  readonly runs: string;
}

/** Registers and operands of a frame as Promela expressions. */
export class PromelaFrame {
  readonly place: FramePlace;
  readonly lanes: number;

  constructor(place: FramePlace) {
    this.place = place;
    this.lanes = place.system.spec.lanes.length;
  }

  value(operand: number): string {
    if (operand >= 0) return this.register(operand);
    return String(this.place.system.code.dictionary.values[~operand]!);
  }

  register(slot: number): string {
    return `${this.place.letter}v${slot}`;
  }

  /** A CPU register holds the CPU and one more; 0: none. */
  cpuRegister(slot: number): string {
    return `${this.place.letter}c${slot}`;
  }

  /** The number of a CPU. */
  cpu(operand: number): string {
    return operand === SELF ? String(this.place.lane) : `(${this.cpuRegister(operand)} - 1)`;
  }

  /** Whether a lane is in a mask register, as an expression. */
  inMask(slot: number, lane: number | string): string {
    return slot === ONLINE ? "1" : `${this.maskRegister(slot)}[${lane}]`;
  }

  maskRegister(slot: number): string {
    return `${this.place.letter}m${slot}`;
  }

  /** Place of a number in memory. */
  address({ variable, owner, ownerIsCpu }: PlaceCode): string {
    const first = this.place.memory.placeOf(variable);
    return sum(first, ownerIsCpu ? this.cpu(owner) : this.value(owner));
  }

  /** Place of the first bit of a mask in memory. */
  bits({ variable, owner, ownerIsCpu }: PlaceCode): string {
    const first = this.place.memory.placeOf(variable);
    return sum(first, ownerIsCpu ? "0" : `${this.lanes} * ${this.value(owner)}`);
  }

  /** Empties registers that are dead. */
  forget(dead: readonly number[]): string[] {
    return dead.flatMap((number) => {
      const slot = number % SLOT_KIND;
      if (number < SLOT_KIND) return [`${this.register(slot)} = 0`];
      if (number < 2 * SLOT_KIND) return [`${this.cpuRegister(slot)} = 0`];
      return this.eachLane((lane) => `${this.maskRegister(slot)}[${lane}] = 0`);
    });
  }

  eachLane(text: (lane: number) => string): string[] {
    return Array.from({ length: this.lanes }, (_, lane) => text(lane));
  }

  /** Nothing of the CPU waits in its buffer; empty where stores are seen at once. */
  get drained(): string {
    return this.isTso ? `count[${this.place.lane}] == 0` : "";
  }

  get isTso(): boolean {
    return this.place.system.spec.memoryModel === "x86-tso";
  }

  refuse({ text }: Instruction): Error {
    return badProgram("the question", `${text} has no form in Promela`);
  }
}

/** A sum, without what is 0. */
function sum(first: number, second: string): string {
  if (/^\d+$/.test(second)) return String(first + Number(second));
  return first === 0 ? second : `${first} + ${second}`;
}
