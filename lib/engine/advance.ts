/**
 * The interpreter of steps that only their own CPU can notice. It runs a CPU up to a given time in
 * one tight loop: a CPU nobody looks at is brought up to date here, without events.
 */
import { stuck } from "../base/messages.ts";
import { interact } from "./interactions.ts";
import { takePendingInterrupt } from "./interrupts.ts";
import { LOOP_ENDED, localStep } from "./localSteps.ts";
import * as op from "./opcodes.ts";
import type { EngineState } from "./state.ts";

/** Steps without any time passing after which a program is taken to loop for ever. */
const ENDLESS = 1_000_000;

/**
 * Runs the current frame of a CPU: every step that takes effect at or before `until` (ns). Stops
 * early where the CPU blocks, ends a handler, or did something others must react to first.
 */
export function advance(s: EngineState, cpu: number, until: number): void {
  const { code, constants } = s;
  const { registers, at } = s;
  const numbers = s.numbers;
  let frame = (2 * cpu + s.level[cpu]!) * s.frameSize;
  let now = at[cpu]!;
  let p = s.pc[cpu]!;
  let budget = ENDLESS;
  let budgetSince = now;
  while (now <= until) {
    if (--budget === 0) {
      if (now === budgetSince) throw endless(s, cpu, now);
      budget = ENDLESS;
      budgetSince = now;
    }
    const a = code[p + 1]!;
    const b = code[p + 2]!;
    const opcode = code[p]!;
    switch (opcode) {
      case 0: // DELAY
        now += code[p + op.COST]!;
        break;
      case 1: // WORK
        now += code[p + op.COST]! * value(registers, constants, frame, a);
        break;
      case 2: // LOAD_OWN
        registers[frame + a] = numbers[b + cpu]!;
        now += code[p + op.COST]!;
        break;
      case 3: // STORE_OWN
        numbers[a + cpu] = value(registers, constants, frame, b);
        now += storeNs(s, a + cpu, cpu, p);
        break;
      case 4: // LOAD_SHARED
        registers[frame + a] = numbers[b + value(registers, constants, frame, code[p + 3]!)]!;
        now += code[p + op.COST]!;
        break;
      case 5: // JUMP
        p = a;
        continue;
      case 6: // IRQ_OFF
        s.irqOff[cpu] = 1;
        now += code[p + op.COST]!;
        break;
      case 7: // IRQ_ON
        s.irqOff[cpu] = 0;
        now += code[p + op.COST]!;
        if (s.pendingIpi[cpu] === 0) break;
        at[cpu] = now;
        s.pc[cpu] = p + op.WORD;
        takePendingInterrupt(s, cpu, now);
        return;
      default:
        if (opcode < op.SET) {
          const left = value(registers, constants, frame, a);
          if (holds(opcode, left, value(registers, constants, frame, b))) break;
          p = code[p + 3]!;
          continue;
        }
        if (opcode < op.FIRST_INTERACTION) {
          const spent = localStep(s, cpu, p, frame, now);
          p = spent === LOOP_ENDED ? code[p + 3]! : p + op.WORD;
          now += spent === LOOP_ENDED ? 0 : spent;
          continue;
        }
        at[cpu] = now;
        s.pc[cpu] = p;
        if (!interact(s, cpu, p, now)) return;
        now = at[cpu]!;
        p = s.pc[cpu]!;
        frame = (2 * cpu + s.level[cpu]!) * s.frameSize;
        continue;
    }
    p += op.WORD;
  }
  at[cpu] = now;
  s.pc[cpu] = p;
}

/** A register, or a constant. */
export function value(
  registers: Float64Array,
  constants: Float64Array,
  frame: number,
  operand: number,
): number {
  return operand >= 0 ? registers[frame + operand]! : constants[-1 - operand]!;
}

function holds(opcode: number, left: number, right: number): boolean {
  switch (opcode) {
    case 8: // UNLESS_EQ
      return left === right;
    case 9: // UNLESS_NE
      return left !== right;
    case 10: // UNLESS_LT
      return left < right;
    case 11: // UNLESS_LE
      return left <= right;
    case 12: // UNLESS_GT
      return left > right;
    default:
      return left >= right;
  }
}

/** A line that another CPU has read or written since must first be fetched back. */
function storeNs(s: EngineState, line: number, cpu: number, p: number): number {
  if (s.lineOwner[line] === cpu) return s.code[p + op.COST]!;
  s.lineOwner[line] = cpu;
  return s.code[p + op.REMOTE_COST]!;
}

function endless(s: EngineState, cpu: number, now: number): Error {
  const program = s.assembly.entries.findLast((entry) => entry.start <= s.pc[cpu]!);
  const name = program?.program.name ?? "a program";
  return stuck(name, `CPU ${cpu} loops at ${now} ns without any time passing`);
}
