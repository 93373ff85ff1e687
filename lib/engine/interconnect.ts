/**
 * Broadcast invalidations (TLBI and DSB, tlbie and ptesync) go over one interconnect that serves
 * one after the other: "latency grows almost linearly with the number of CPUs issuing", says
 * [Andrea-2020]. INVLPGB is left out: nothing is known about several issuers.
 */
import type { EngineState } from "./state.ts";
import type { Word } from "./word.ts";

/** One instruction of `cpu` at `now`: it waits for those before it, then takes its own time. */
export function useInterconnect(s: EngineState, cpu: number, word: Word, now: number): boolean {
  const done = Math.max(s.interconnectFreeAt, now) + word.cost;
  s.interconnectFreeAt = done;
  s.at[cpu] = done;
  s.word[cpu] = word.next;
  return true;
}
