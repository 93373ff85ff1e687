/** membarrier: a barrier on every CPU that runs the address space (kernel/sched/membarrier.c). */
import { of, program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";
import { isLazy, loadedMm } from "./variables.ts";

/** `ipi_mb()`: the barrier, on the CPU that is interrupted. */
const ipiMb: Program = program("ipi_mb", { source: "kernel/sched/membarrier.c ipi_mb()" }, (k) =>
  k.smpMb(),
);

/**
 * `membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED)`: parameter `mm`. The CPUs whose current thread
 * belongs to the address space are interrupted; idle ones that borrow it are not (`rq->curr->mm`).
 * The same on every architecture and release: the calls of a run can be counted against it.
 */
export const membarrierPrivateExpedited: Program = program(
  "membarrier_private_expedited",
  { params: ["mm"], source: "kernel/sched/membarrier.c membarrier_private_expedited()" },
  (k) => {
    k.begin("membarrier");
    k.work("syscall");
    k.smpMb();
    k.emptyMask("targets");
    k.forEachCpu("cpu", "online", () => {
      k.if("cpu", "!=", "self", () => {
        k.load("current", of(loadedMm, "cpu"));
        k.load("borrowed", of(isLazy, "cpu"));
        k.if("current", "==", "mm", () => {
          k.if("borrowed", "==", 0, () => k.addCpu("targets", "cpu"));
        });
      });
    });
    k.crossCall("targets", ipiMb);
    k.awaitCalls();
    k.smpMb();
    k.end("membarrier");
    k.tally("operations");
  },
);
