import type { BootName } from "../../../observed/bootName.ts";
import type { PageoutWorkloadOptions } from "../../../workloads/pageout.ts";
import { pageout } from "../../../workloads/pageout.ts";
import type { Workload } from "../../../workloads/workload.ts";
import type { LabCaseKind } from "../labCaseKind.ts";
import type { LabParams } from "../labParams.ts";
import { hasSwap } from "../swap.ts";

/** MADV_PAGEOUT of one range (workload.c `c_reclaim`). */
export const reclaim: LabCaseKind = { workload: reclaimOf };

/** Kinds of the lab, and what the pages are when the measured call comes. */
const MEMORY: Readonly<Record<string, PageoutWorkloadOptions["memory"]>> = {
  dirty: "dirty",
  clean: "clean",
  file: "file",
  filedirty: "dirtyFile",
};

function reclaimOf(params: LabParams, boot: BootName): Workload | string {
  const kind = params.text("kind", "dirty");
  const memory = Object.hasOwn(MEMORY, kind) ? MEMORY[kind] : undefined;
  if (memory === undefined) return `reclaim of ${kind}: not in this version`;
  return pageout({
    ...params.process(),
    pages: params.number("pages", 512),
    memory,
    swap: hasSwap(boot),
  });
}
