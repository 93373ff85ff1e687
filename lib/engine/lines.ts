/** Contended cache lines: one server with a queue, whose service time grows with its users. */
import { CpuMask } from "../base/cpuMask.ts";
import { serviceNs } from "../machine/contention.ts";
import type { EngineState } from "./state.ts";

/**
 * An atomic of `cpu` on a line at `now`: how long until it is done, ns. The owner of an idle line
 * pays `ownNs`; others wait for the line and pay the machine's service time for as many CPUs as
 * have used it.
 */
export function useLine(
  s: EngineState,
  line: number,
  cpu: number,
  now: number,
  ownNs: number,
): number {
  const freeAt = s.lineFreeAt[line]!;
  if (s.lineOwner[line] === cpu && freeAt <= now) {
    s.lineFreeAt[line] = now + ownNs;
    return ownNs;
  }
  const sharers = sharersOf(s, line);
  sharers.set(cpu);
  s.lineOwner[line] = cpu;
  const start = Math.max(freeAt, now);
  const done = start + Math.max(ownNs, serviceNs(s.machine.contention, sharers.count()));
  s.lineFreeAt[line] = done;
  return done - now;
}

function sharersOf(s: EngineState, line: number): CpuMask {
  const known = s.lineSharers[line];
  if (known !== undefined) return known;
  const made = new CpuMask(s.cpus);
  s.lineSharers[line] = made;
  return made;
}
