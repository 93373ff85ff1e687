/**
 * The loop that most of a run is spent in: frequent steps that only their own CPU can notice.
 *
 * It calls nothing that is not inlined, because a call would make the compiler keep every local on
 * the stack and check every array anew; whatever is not listed here leaves the loop. Case labels
 * are literals, because a jump table is built from nothing else; a test compares them with
 * opcodes.ts.
 */
import { exponentialAt, uniformAt } from "../base/random.ts";
import { frameOf } from "./frames.ts";
import type { EngineState } from "./state.ts";
import type { Word } from "./word.ts";

/** Words after which the loop is left in any case, so that a program that hangs is found. */
export const PATIENCE: number = 1_000_000;

/**
 * Runs a CPU's steps that take effect at or before `s.until`, up to the first one that is not
 * frequent; returns how much of {@link PATIENCE} is left. The limit is a field, because a float64
 * argument would be put on the heap at each call.
 */
export function runFrequentSteps(s: EngineState, cpu: number): number {
  const { slots, until } = s;
  const frame = frameOf(s, cpu);
  let now = s.at[cpu]!;
  let word = s.word[cpu]!;
  let wordsLeft = 1_000_000;
  loop: for (; now <= until && wordsLeft > 0; wordsLeft--) {
    switch (word.opcode) {
      case 0: // DELAY
        break;
      case 1: // WORK
        now += word.more * slots[frame + word.left]!;
        break;
      case 2: // LOAD
        slots[frame + word.into] = s.numbers[word.base + (slots[frame + word.left]! | 0)]!;
        break;
      case 3: // STORE_OWN
        s.numbers[word.base + cpu] = slots[frame + word.left]!;
        now += fetchNs(s, word.base + cpu, cpu, word);
        break;
      case 4: // PICK
        slots[frame + word.into] = pick(s, cpu, slots[frame + word.left]!);
        break;
      case 5: // UNLESS_EQ
        word = slots[frame + word.left] === slots[frame + word.right] ? word.next : word.target;
        continue;
      case 6: // UNLESS_NE
        word = slots[frame + word.left] !== slots[frame + word.right] ? word.next : word.target;
        continue;
      case 7: // UNLESS_LT
        word = slots[frame + word.left]! < slots[frame + word.right]! ? word.next : word.target;
        continue;
      case 8: // IRQ_OFF
        s.irqOff[cpu] = 1;
        break;
      case 9: // IRQ_ON
        if (s.pendingIpi[cpu] === 1) break loop;
        s.irqOff[cpu] = 0;
        break;
      case 10: // ADD
        slots[frame + word.into] = slots[frame + word.left]! + slots[frame + word.right]!;
        break;
      case 11: // BEGIN
        s.stopwatches[cpu * s.histograms.length + word.base] = now;
        break;
      case 12: // END
        s.histograms[word.base]!.record(
          now - s.stopwatches[cpu * s.histograms.length + word.base]!,
        );
        break;
      case 13: // TALLY
        s.tallies[word.base]! += word.more;
        break;
      case 14: // PAUSE_EXPONENTIAL
        now += exponentialAt(s.random, 4 * cpu, word.base);
        break;
      case 15: // PAUSE_UNIFORM
        now += uniformAt(s.random, 4 * cpu, word.base, word.more);
        break;
      default:
        break loop;
    }
    now += word.cost;
    word = word.next;
  }
  s.at[cpu] = now;
  s.word[cpu] = word;
  return wordsLeft;
}

/** A line that another CPU has read since it was written must first be fetched back. */
function fetchNs(s: EngineState, line: number, cpu: number, word: Word): number {
  if (s.lineOwner[line] === cpu) return 0;
  s.lineOwner[line] = cpu;
  return word.remoteCost - word.cost;
}

function pick(s: EngineState, cpu: number, below: number): number {
  return below > 1 ? uniformAt(s.random, 4 * cpu, 0, below) : 0;
}
