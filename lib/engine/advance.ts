/** The interpreter: runs one CPU up to a given time. */
import { stuck } from "../base/messages.ts";
import { PATIENCE, runFrequentSteps } from "./frequentSteps.ts";
import { interact } from "./interactions.ts";
import { takePendingInterrupt } from "./interrupts.ts";
import { localStep } from "./localSteps.ts";
import * as op from "./opcodes.ts";
import type { EngineState } from "./state.ts";
import type { Word } from "./word.ts";

/**
 * Runs the current frame of a CPU: every step that takes effect at or before `until` (ns). Stops
 * early where the CPU blocks, ends a handler, or did something others must react to first. Throws
 * SD008 when the program goes on and on without any time passing.
 */
export function advance(s: EngineState, cpu: number, until: number): void {
  let words = 0;
  let since = s.at[cpu]!;
  for (;;) {
    s.until = until;
    words += 1 + PATIENCE - runFrequentSteps(s, cpu);
    if (s.at[cpu]! > until) return;
    if (words >= PATIENCE) {
      if (s.at[cpu] === since) throw endless(s, cpu, since);
      since = s.at[cpu]!;
      words = 0;
    }
    if (!runRareStep(s, cpu, s.word[cpu]!)) return;
  }
}

/** Runs a step at which the frequent ones stopped; returns false where the CPU must stop too. */
function runRareStep(s: EngineState, cpu: number, word: Word): boolean {
  const { opcode } = word;
  if (opcode >= op.FIRST_INTERACTION) return interact(s, cpu, word, s.at[cpu]!);
  if (opcode >= op.FIRST_RARE) s.word[cpu] = localStep(s, cpu, word);
  if (opcode !== op.IRQ_ON || s.pendingIpi[cpu] === 0) return true;
  s.irqOff[cpu] = 0;
  s.at[cpu]! += word.cost;
  s.word[cpu] = word.next;
  takePendingInterrupt(s, cpu, s.at[cpu]!);
  return false;
}

function endless(s: EngineState, cpu: number, now: number): Error {
  const { index } = s.word[cpu]!;
  const entry = s.assembly.entries.findLast(({ start }) => start.index <= index);
  const name = entry?.program.name ?? "a program";
  return stuck(name, `CPU ${cpu} loops at ${now} ns without any time passing`);
}
