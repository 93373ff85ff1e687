/** Steps that only their own CPU can notice, beside the frequent ones of advance.ts. */
import { CpuMask } from "../base/cpuMask.ts";
import { exponentialAt, uniformAt } from "../base/random.ts";
import * as op from "./opcodes.ts";
import type { EngineState } from "./state.ts";

/** Returned in place of ns when a loop over a mask has no further CPU. */
export const LOOP_ENDED = -1;

/** ns of a jiffy at CONFIG_HZ=250. */
const JIFFY_NS = 4_000_000;

/** Runs one step and returns the ns it takes. */
export function localStep(
  s: EngineState,
  cpu: number,
  p: number,
  frame: number,
  now: number,
): number {
  const { code, constants } = s;
  const { registers } = s;
  const opcode = code[p]!;
  const a = code[p + 1]!;
  const b = code[p + 2]!;
  if (opcode >= op.MASK_EMPTY) return maskStep(s, cpu, p, frame);
  const right = b >= 0 ? registers[frame + b]! : constants[-1 - b]!;
  switch (opcode) {
    case 14: // SET
      registers[frame + a] = right;
      return 0;
    case 22: // PICK
      registers[frame + a] = right > 1 ? uniformAt(s.random, 4 * cpu, 0, right) : 0;
      return 0;
    case 23: // PAUSE_UNIFORM
      return uniformAt(s.random, 4 * cpu, constants[-1 - a]!, right);
    case 24: // PAUSE_EXPONENTIAL
      return exponentialAt(s.random, 4 * cpu, constants[-1 - a]!);
    case 25: // BEGIN
      s.stopwatches[cpu * s.histograms.length + a] = now;
      return 0;
    case 26: // END
      s.histograms[a]!.record(now - s.stopwatches[cpu * s.histograms.length + a]!);
      return 0;
    case 27: // TALLY
      s.tallies[a]! += right;
      return 0;
    case 28: // COUNT_ROW
      s.rowCounts[a]![cpu]! += 1;
      return 0;
    case 29: // CLOCK_NS
      registers[frame + a] = now;
      return 0;
    case 30: // CLOCK_JIFFIES
      registers[frame + a] = Math.floor(now / JIFFY_NS);
      return 0;
    case 31: // TRACE
      s.trace?.step(now, cpu, a, right);
      return 0;
    default: {
      const third = code[p + 3]!;
      const other = third >= 0 ? registers[frame + third]! : constants[-1 - third]!;
      registers[frame + a] = compute(opcode, right, other);
      return 0;
    }
  }
}

function compute(opcode: number, left: number, right: number): number {
  switch (opcode) {
    case 15: // ADD
      return left + right;
    case 16: // SUBTRACT
      return left - right;
    case 17: // MULTIPLY
      return left * right;
    case 18: // DIVIDE
      return Math.floor(left / right);
    case 19: // REMAINDER
      return left % right;
    case 20: // MINIMUM
      return Math.min(left, right);
    default:
      return Math.max(left, right);
  }
}

function maskStep(s: EngineState, cpu: number, p: number, frame: number): number {
  const { code, constants } = s;
  const { registers } = s;
  const a = code[p + 1]!;
  const b = code[p + 2]!;
  switch (code[p]) {
    case 32: // MASK_EMPTY
      maskRegister(s, cpu, a).words.fill(0);
      return 0;
    case 33: // MASK_COPY
      maskRegister(s, cpu, a).copyFrom(maskRegister(s, cpu, b));
      return 0;
    case 34: // MASK_ADD
      maskRegister(s, cpu, a).set(b >= 0 ? registers[frame + b]! : constants[-1 - b]!);
      return 0;
    case 35: // MASK_REMOVE
      maskRegister(s, cpu, a).clear(b >= 0 ? registers[frame + b]! : constants[-1 - b]!);
      return 0;
    case 36: // MASK_COUNT
      registers[frame + a] = maskRegister(s, cpu, b).count();
      return 0;
    default: {
      const next = maskRegister(s, cpu, b).next(registers[frame + a]!);
      registers[frame + a] = next;
      return next < 0 ? LOOP_ENDED : 0;
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
