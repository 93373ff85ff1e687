/** Contended cache lines: one server with a queue, whose service time grows with its users. */
import { CpuMask } from "../base/cpuMask.ts";
import { serviceNs } from "../machine/contention.ts";
import type { EngineState } from "./state.ts";

/**
 * An atomic of `cpu` on a line at `now`: how long until it is done, ns. The owner of an idle line
 * pays `ownNs`. Another CPU waits for the line if it is in use, and pays the machine's service time
 * for as many CPUs as have used it, but at least the transfer of the line: the curve is that of
 * CPUs which do nothing else, and these make several increments before they lose it.
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
  const users = sharers.count();
  const service = Math.max(ownNs, serviceNs(s.machine.contention, users));
  const brought = now + Math.min(transferNs(s, line, cpu), users * service);
  const done = Math.max(brought, Math.max(freeAt, now) + service);
  s.lineOwner[line] = cpu;
  s.lineFreeAt[line] = done;
  return done - now;
}

/**
 * Far CPUs of a large machine are the rule of its costs; as many CPUs that do nothing else bound
 * what near ones pay. A line that no CPU has written yet comes from memory, which the step covers.
 */
function transferNs(s: EngineState, line: number, cpu: number): number {
  const owner = s.lineOwner[line]!;
  if (owner < 0 || owner === cpu) return 0;
  const { loadRemote, loadRemoteSocket } = s.machine.costs;
  return s.distances.hopsBetween(owner, cpu) > 0 ? loadRemoteSocket.ns : loadRemote.ns;
}

function sharersOf(s: EngineState, line: number): CpuMask {
  const known = s.lineSharers[line];
  if (known !== undefined) return known;
  const made = new CpuMask(s.cpus);
  s.lineSharers[line] = made;
  return made;
}
