/** Which operation of the model one operation of a trace is. */

/** One operation as a row of the schema `traceOperations`. */
export type OperationRow = Readonly<Record<string, unknown>>;

/** The kernel thread that collapses. */
export const KHUGEPAGED = "khugepaged";

/** A flush that interrupts nobody. */
export const OWN_FLUSH = "flush of its own CPU";

/** What an operation was recognised as. */
export interface Recognised {
  readonly operation: "collapse" | "unshare" | "munmap" | "mprotect" | typeof OWN_FLUSH;
  /** From what it was told; `same interrupts`: it was not told from others that send the same. */
  readonly basis:
    | "system call"
    | "kernel thread"
    | "order of events"
    | "reached idle CPUs"
    | "same interrupts";
  /** What the trace does not tell. */
  readonly remarks: readonly string[];
  /** Interrupts of the operation after it, which is a part of this one. */
  readonly ipisOfNext: number;
}

/**
 * What operation number `i` of one task was. Undefined when it is the end of the one before it: an
 * unshare is a flush and a broadcast, then the flush of the call that asked for it.
 */
export function operationOf(own: readonly OperationRow[], i: number): Recognised | undefined {
  if (i > 0 && isUnshare(own, i - 1)) return undefined;
  const row = own[i]!;
  if (row.operation !== "flush") return removal(own, i);
  if (Number(row.flushed) === 0) {
    return found(OWN_FLUSH, "order of events", ["interrupts nobody"]);
  }
  return flush(row);
}

function found(
  operation: Recognised["operation"],
  basis: Recognised["basis"],
  remarks: readonly string[] = [],
  ipisOfNext = 0,
): Recognised {
  return { operation, basis, remarks, ipisOfNext };
}

/** A broadcast: of a collapse, or of an unshare. */
function removal(own: readonly OperationRow[], i: number): Recognised {
  const row = own[i]!;
  if (isUnshare(own, i)) {
    const next = own[i + 1]!;
    const basis = row.call === "munmap" ? "system call" : "order of events";
    const remarks = [
      "how many gigabytes are given back at once is not in the trace: one a call",
      "a collapse of one table and then another flush looks the same",
    ];
    return found("unshare", basis, remarks, Number(next.flushed));
  }
  if (row.task === KHUGEPAGED) return found("collapse", "kernel thread");
  if (row.call === "madvise") return found("collapse", "system call");
  const remarks = ["an unshare that unmaps nothing looks the same"];
  if (row.operation === "sync") remarks.push("its flush is not in the trace: one thread taken");
  return found("collapse", "order of events", remarks);
}

/**
 * A lone flush and broadcast, then a flush of some pages or of the same CPUs: what munmap of shared
 * hugetlb tables does. A collapse is one of a row, or is followed by something else.
 */
function isUnshare(own: readonly OperationRow[], i: number): boolean {
  const [before, row, next] = [own[i - 1], own[i], own[i + 1]];
  if (row?.operation !== "flush and sync" || next?.operation !== "flush") return false;
  if (row.task === KHUGEPAGED || row.call === "madvise") return false;
  if (row.call === "munmap") return true;
  const sameReach = Number(next.flushed) === Number(row.flushed);
  return (Number(next.pages) > 0 || sameReach) && before?.operation !== "flush and sync";
}

function flush(row: OperationRow): Recognised {
  const { call } = row;
  if (call === "munmap" || call === "mprotect") return found(call, "system call");
  const size = row.pages === -1 ? ["more pages than the ceiling of 33: taken as 34"] : [];
  if (Number(row.idle) + Number(row.replaced) > Number(row.running)) {
    const remarks = ["mremap and fork reach idle CPUs, too", ...size];
    return found("munmap", "reached idle CPUs", remarks);
  }
  const remarks = [
    "munmap, MADV_DONTNEED and copies on write send the same beside running threads",
  ];
  return found("mprotect", "same interrupts", [...remarks, ...size]);
}
