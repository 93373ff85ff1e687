/**
 * Intel Remote Action Request: microcode of the target invalidates, with interrupts on or off, and
 * no handler runs. "[RFC PATCH v4] Intel RAR TLB invalidation" (Rik van Riel, 19 June 2025), in no
 * release. Every address space has one ASID on all CPUs; CPUs outside its mask are not told, and
 * flush when they switch to it (switchMm.ts).
 */
import { own, program } from "../../steps/builder.ts";
import type { Place, Program } from "../../steps/instructions.ts";
import { loadedMm, NO_MM } from "../variables.ts";

/**
 * `smp_call_rar_many()`: parameters `mm` (NULL: whatever is loaded) and `pages` (−1: everything);
 * the CPUs are those of a mask in memory. Lazy ones obey as others do. This CPU helps itself.
 */
export function rarFlush(mask: Place): Program {
  const source = "[RFC PATCH v4] x86/mm: use Intel RAR, arch/x86/mm/rar.c smp_call_rar_many()";
  return program("smp_call_rar_many", { params: ["mm", "pages"], source }, (k) => {
    k.loadMask("targets", mask);
    k.removeCpu("targets", "self");
    k.countMask("remote", "targets");
    k.if("remote", ">", 0, () => {
      k.tally("rar_rounds");
      k.trace("rar", "request", "pages");
      k.work("csdQueue", "remote");
      k.flushCpus("RAR", "RAR", "targets", "pages");
    });
    k.section("local", () => {
      k.load("loaded", own(loadedMm));
      k.if("mm", "!=", NO_MM, () => k.if("loaded", "!=", "mm", () => k.leave("local")));
      k.flushLocal("pages");
    });
  });
}
