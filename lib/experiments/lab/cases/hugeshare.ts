import { GiB } from "../../../base/units.ts";
import type { UnshareOperation } from "../../../mm/hugetlbUnshare.ts";
import { PAGE_BYTES } from "../../../mm/pageTables.ts";
import type { BootName } from "../../../observed/bootName.ts";
import { dontneed } from "../../../workloads/dontneed.ts";
import { exit } from "../../../workloads/exit.ts";
import { mprotect } from "../../../workloads/mprotect.ts";
import { munmap } from "../../../workloads/munmap.ts";
import { unshare } from "../../../workloads/unshare.ts";
import type { Workload } from "../../../workloads/workload.ts";
import type { LabCaseKind } from "../labCaseKind.ts";
import type { LabParams } from "../labParams.ts";

/** Processes that share hugetlb page tables; the first one leaves (workload.c `c_hugeshare`). */
export const hugeshare: LabCaseKind = { workload: hugeshareOf, openCal };

/** `splitunmap` unmaps the first 4 MiB of each gigabyte. */
const OPERATIONS: Readonly<Record<string, UnshareOperation>> = {
  munmap: "munmap",
  mprotect: "mprotect",
  dontneed: "dontneed",
  splitunmap: "split",
  exit: "exit",
};

function hugeshareOf(params: LabParams, boot: BootName): Workload | string {
  const name = params.text("op", "munmap");
  const operation = OPERATIONS[name];
  if (operation === undefined) return `hugetlb ${name}: not in this version`;
  // One thread unless told; the helpers sleep unless told, other than in the other cases.
  const process = params.process("sleep");
  const bytes = GiB(params.number("gb", 1));
  const sharers = params.number("procs", 2);
  if (sharers >= 2 && boot.arch !== "powerpc") {
    return unshare({
      ...process,
      bytes,
      sharers,
      operation,
      aligned: params.number("share", 1) > 0,
    });
  }
  // Nothing is shared: one huge page a gigabyte is present, in page tables of its own.
  if (name === "munmap") return munmap({ ...process, bytes, strideBytes: GiB(1) });
  if (name === "mprotect") return mprotect({ ...process, bytes, strideBytes: GiB(1) });
  if (name === "dontneed") return dontneed({ ...process, bytes, strideBytes: GiB(1) });
  if (name === "exit") return exit({ ...process, bytes: PAGE_BYTES });
  return `hugetlb ${name} of pages that are not shared: not in this version`;
}

function openCal(workload: Workload): string | undefined {
  const isExit = workload.type === "exit" || workload.options.operation === "exit";
  if (!isExit) return undefined;
  return "exit: the lab's first snapshot may come after the unshare; the exit wakes others up";
}
