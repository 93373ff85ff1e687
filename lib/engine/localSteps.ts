/** Steps that only their own CPU can notice, beside the frequent ones of advance.ts. */
import { CpuMask } from "../base/cpuMask.ts";
import { uniformAt } from "../base/random.ts";
import { frameOf } from "./frames.ts";
import * as op from "./opcodes.ts";
import type { EngineState } from "./state.ts";

/** Returned in place of ns when the program goes on at the target of the word. */
export const JUMPS_AWAY: number = -1;

/** ns of a jiffy at CONFIG_HZ=250. */
const JIFFY_NS = 4_000_000;

/** Runs one step and returns the ns it takes. */
export function localStep(s: EngineState, cpu: number, p: number, now: number): number {
  const { code, slots } = s;
  const frame = frameOf(s, cpu);
  const opcode = code[p]!;
  if (opcode >= op.MASK_EMPTY) return maskStep(s, cpu, p, frame);
  const into = frame + code[p + op.INTO]!;
  const left = slots[frame + code[p + op.LEFT]!]!;
  const right = slots[frame + code[p + op.RIGHT]!]!;
  const extra = code[p + op.EXTRA]!;
  switch (opcode) {
    case 14: // UNLESS_LT
      return left < right ? 0 : JUMPS_AWAY;
    case 15: // UNLESS_LE
      return left <= right ? 0 : JUMPS_AWAY;
    case 16: // UNLESS_GT
      return left > right ? 0 : JUMPS_AWAY;
    case 17: // UNLESS_GE
      return left >= right ? 0 : JUMPS_AWAY;
    case 18: // LOAD_OWN
      slots[into] = s.numbers[extra + cpu]!;
      return code[p + op.COST]!;
    case 19: // SET
      slots[into] = left;
      return 0;
    case 26: // PICK
      slots[into] = left > 1 ? uniformAt(s.random, 4 * cpu, 0, left) : 0;
      return 0;
    case 27: // PAUSE_UNIFORM
      return uniformAt(s.random, 4 * cpu, left, right);
    case 28: // COUNT_ROW
      s.rowCounts[extra]![cpu]! += 1;
      return 0;
    case 29: // CLOCK_NS
      slots[into] = now;
      return 0;
    case 30: // CLOCK_JIFFIES
      slots[into] = Math.floor(now / JIFFY_NS);
      return 0;
    case 31: // TRACE
      s.trace?.step(now, cpu, extra, left);
      return 0;
    default:
      slots[into] = compute(opcode, left, right);
      return 0;
  }
}

function compute(opcode: number, left: number, right: number): number {
  switch (opcode) {
    case 20: // SUBTRACT
      return left - right;
    case 21: // MULTIPLY
      return left * right;
    case 22: // DIVIDE
      return Math.floor(left / right);
    case 23: // REMAINDER
      return left % right;
    case 24: // MINIMUM
      return Math.min(left, right);
    default:
      return Math.max(left, right);
  }
}

function maskStep(s: EngineState, cpu: number, p: number, frame: number): number {
  const { code, slots } = s;
  const mask = maskRegister(s, cpu, code[p + op.MORE]!);
  const into = frame + code[p + op.INTO]!;
  const left = slots[frame + code[p + op.LEFT]!]!;
  switch (code[p]) {
    case 32: // MASK_EMPTY
      mask.words.fill(0);
      return 0;
    case 33: // MASK_COPY
      mask.copyFrom(maskRegister(s, cpu, code[p + op.EXTRA]!));
      return 0;
    case 34: // MASK_ADD
      mask.set(left);
      return 0;
    case 35: // MASK_REMOVE
      mask.clear(left);
      return 0;
    case 36: // MASK_COUNT
      slots[into] = mask.count();
      return 0;
    default: {
      const next = mask.next(left);
      slots[into] = next;
      return next < 0 ? JUMPS_AWAY : 0;
    }
  }
}

/** A mask register of the current frame; number 0 is the mask of online CPUs. */
export function maskRegister(s: EngineState, cpu: number, mask: number): CpuMask {
  if (mask === 0) return s.online;
  const index = (2 * cpu + s.level[cpu]!) * s.maskFrameSize + mask;
  const known = s.maskRegisters[index];
  if (known !== undefined) return known;
  const made = new CpuMask(s.cpus);
  s.maskRegisters[index] = made;
  return made;
}
