/** Which CPUs a loop over a mask may take next: see maskLoops.ts. */
import type { ExplorerState } from "../state.ts";

/** The first CPU, and those that are its equals where the names of equal CPUs say nothing. */
export function choicesOf(s: ExplorerState, mask: number): number {
  const lowest = mask & -mask;
  if (!s.anyOrder || mask === 0) return lowest;
  const { groups } = s.system;
  const group = groups[31 - Math.clz32(lowest)]!;
  let choices = 0;
  for (let lane = 0; lane < s.lanes; lane++) {
    if ((mask & (1 << lane)) !== 0 && groups[lane] === group) choices |= 1 << lane;
  }
  return choices;
}
