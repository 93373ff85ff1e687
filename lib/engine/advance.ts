/**
 * The interpreter of steps that only their own CPU can notice. It runs a CPU up to a given time in
 * one tight loop: a CPU nobody looks at is brought up to date here, without events. Case labels are
 * literals, because V8 builds a jump table from nothing else; a test compares them with opcodes.ts.
 */

import { stuck } from "../base/messages.ts";
import { exponentialAt } from "../base/random.ts";
import { frameOf } from "./frames.ts";
import { interact } from "./interactions.ts";
import { takePendingInterrupt } from "./interrupts.ts";
import { JUMPS_AWAY, localStep } from "./localSteps.ts";
import * as op from "./opcodes.ts";
import type { EngineState } from "./state.ts";

/** Backward jumps without any time passing after which a program is taken to loop for ever. */
const ENDLESS = 1_000_000;

/**
 * Runs the current frame of a CPU: every step that takes effect at or before `until` (ns). Stops
 * early where the CPU blocks, ends a handler, or did something others must react to first.
 */
export function advance(s: EngineState, cpu: number, until: number): void {
  const { code, slots, at } = s;
  let frame = frameOf(s, cpu);
  let now = at[cpu]!;
  let p = s.pc[cpu]!;
  while (now <= until) {
    switch (code[p]) {
      case 0: // DELAY
        break;
      case 1: // WORK
        now += code[p + op.MORE]! * left(slots, code, frame, p);
        break;
      case 2: // STORE_OWN
        now += storeOwn(s, cpu, p, left(slots, code, frame, p));
        break;
      case 3: // LOAD_SHARED
        slots[frame + code[p + op.INTO]!] =
          s.numbers[code[p + op.EXTRA]! + left(slots, code, frame, p)]!;
        break;
      case 4: // JUMP
        if (code[p + op.EXTRA]! <= p) checkProgress(s, cpu, p, now);
        p = code[p + op.EXTRA]!;
        continue;
      case 5: // UNLESS_EQ
        if (left(slots, code, frame, p) === right(slots, code, frame, p)) break;
        p = code[p + op.EXTRA]!;
        continue;
      case 6: // UNLESS_NE
        if (left(slots, code, frame, p) !== right(slots, code, frame, p)) break;
        p = code[p + op.EXTRA]!;
        continue;
      case 7: // IRQ_OFF
        s.irqOff[cpu] = 1;
        break;
      case 8: // IRQ_ON
        s.irqOff[cpu] = 0;
        if (s.pendingIpi[cpu] === 0) break;
        at[cpu] = now + code[p + op.COST]!;
        s.pc[cpu] = p + op.WORD;
        takePendingInterrupt(s, cpu, at[cpu]!);
        return;
      case 9: // ADD
        slots[frame + code[p + op.INTO]!] =
          left(slots, code, frame, p) + right(slots, code, frame, p);
        break;
      case 10: // BEGIN
        s.stopwatches[cpu * s.histograms.length + code[p + op.EXTRA]!] = now;
        break;
      case 11: // END
        stopWatch(s, cpu, code[p + op.EXTRA]!, now);
        break;
      case 12: // TALLY
        s.tallies[code[p + op.EXTRA]!]! += left(slots, code, frame, p);
        break;
      case 13: // PAUSE_EXPONENTIAL
        now += exponentialAt(s.random, 4 * cpu, left(slots, code, frame, p));
        break;
      default:
        at[cpu] = now;
        s.pc[cpu] = p;
        if (!rarerStep(s, cpu, p, now)) return;
        now = at[cpu]!;
        p = s.pc[cpu]!;
        frame = frameOf(s, cpu);
        continue;
    }
    now += code[p + op.COST]!;
    p += op.WORD;
  }
  at[cpu] = now;
  s.pc[cpu] = p;
}

/** Any other step; sets the CPU's time and place itself. Returns false where the CPU must stop. */
function rarerStep(s: EngineState, cpu: number, p: number, now: number): boolean {
  if (s.code[p]! >= op.FIRST_INTERACTION) return interact(s, cpu, p, now);
  const spent = localStep(s, cpu, p, now);
  s.pc[cpu] = spent === JUMPS_AWAY ? s.code[p + op.EXTRA]! : p + op.WORD;
  if (spent !== JUMPS_AWAY) s.at[cpu] = now + spent;
  return true;
}

/** The operands of the word at `p`. */
function left(slots: Float64Array, code: Int32Array, frame: number, p: number): number {
  return slots[frame + code[p + op.LEFT]!]!;
}

function right(slots: Float64Array, code: Int32Array, frame: number, p: number): number {
  return slots[frame + code[p + op.RIGHT]!]!;
}

/** Writes a variable of this CPU; returns the ns beyond a store that its line takes to come back. */
function storeOwn(s: EngineState, cpu: number, p: number, to: number): number {
  const line = s.code[p + op.EXTRA]! + cpu;
  s.numbers[line] = to;
  if (s.lineOwner[line] === cpu) return 0;
  s.lineOwner[line] = cpu;
  return s.code[p + op.REMOTE_COST]! - s.code[p + op.COST]!;
}

function stopWatch(s: EngineState, cpu: number, what: number, now: number): void {
  s.histograms[what]!.record(now - s.stopwatches[cpu * s.histograms.length + what]!);
}

/** Throws SD008 when a program has jumped back very often without any time passing. */
function checkProgress(s: EngineState, cpu: number, p: number, now: number): void {
  if (now !== s.jumpedAt) {
    s.jumpedAt = now;
    s.jumps = 0;
  } else if (++s.jumps === ENDLESS) {
    const entry = s.assembly.entries.findLast((one) => one.start <= p);
    const name = entry?.program.name ?? "a program";
    throw stuck(name, `CPU ${cpu} loops at ${now} ns without any time passing`);
  }
}
