/** Rarer steps that only their own CPU can notice; none of them takes time. */
import { CpuMask } from "../base/cpuMask.ts";
import { frameOf } from "./frames.ts";
import * as op from "./opcodes.ts";
import type { EngineState } from "./state.ts";
import { FRAMES } from "./state.ts";
import type { Word } from "./word.ts";

/** ns of a jiffy at CONFIG_HZ=250. */
const JIFFY_NS = 4_000_000;

/** Runs one step, which takes no time; returns the next word. */
export function localStep(s: EngineState, cpu: number, word: Word): Word {
  const { slots } = s;
  const frame = frameOf(s, cpu);
  if (word.opcode >= op.MASK_ANDNOT) return maskStep(s, cpu, word, frame);
  const left = slots[frame + word.left]!;
  const right = slots[frame + word.right]!;
  switch (word.opcode) {
    case 16: // UNLESS_LE
      return left <= right ? word.next : word.target;
    case 23: // COUNT_ROW
      s.rowCounts[word.base]![cpu]! += 1;
      break;
    case 29: // TALLY_SLOT
      s.tallies[word.base]! += left;
      break;
    case 24: // CLOCK_NS
      slots[frame + word.into] = s.at[cpu]!;
      break;
    case 25: // CLOCK_JIFFIES
      slots[frame + word.into] = Math.floor(s.at[cpu]! / JIFFY_NS);
      break;
    case 26: // TRACE
      s.trace?.step(s.at[cpu]!, cpu, word.base, left);
      break;
    default:
      slots[frame + word.into] = compute(word.opcode, left, right);
  }
  return word.next;
}

function compute(opcode: number, left: number, right: number): number {
  switch (opcode) {
    case 17: // SUBTRACT
      return left - right;
    case 18: // MULTIPLY
      return left * right;
    case 19: // DIVIDE
      return Math.floor(left / right);
    case 20: // REMAINDER
      return left % right;
    case 21: // MINIMUM
      return Math.min(left, right);
    default: // MAXIMUM
      return Math.max(left, right);
  }
}

function maskStep(s: EngineState, cpu: number, word: Word, frame: number): Word {
  const { slots } = s;
  const mask = maskRegister(s, cpu, word.more);
  const left = slots[frame + word.left]!;
  switch (word.opcode) {
    case 31: // MASK_ANDNOT
      mask.andNot(maskRegister(s, cpu, word.base));
      break;
    case 32: // MASK_EMPTY
      mask.words.fill(0);
      break;
    case 33: // MASK_COPY
      mask.copyFrom(maskRegister(s, cpu, word.base));
      break;
    case 34: // MASK_ADD
      mask.set(left);
      break;
    case 35: // MASK_REMOVE
      mask.clear(left);
      break;
    case 36: // MASK_COUNT
      slots[frame + word.into] = mask.count();
      break;
    default: {
      // MASK_NEXT
      const next = mask.next(left);
      slots[frame + word.into] = next;
      if (next < 0) return word.target;
    }
  }
  return word.next;
}

/** A mask register of the current frame; number 0 is the mask of online CPUs. */
export function maskRegister(s: EngineState, cpu: number, mask: number): CpuMask {
  if (mask === 0) return s.online;
  const index = (FRAMES * cpu + s.level[cpu]!) * s.maskFrameSize + mask;
  const known = s.maskRegisters[index];
  if (known !== undefined) return known;
  const made = new CpuMask(s.cpus);
  s.maskRegisters[index] = made;
  return made;
}
