/** Operations of a trace in groups that are the same work: what a workload is made of. */
import {
  KHUGEPAGED,
  type OperationRow,
  OWN_FLUSH,
  operationOf,
  type Recognised,
} from "./tracedOperation.ts";

/** Equal operations of one process. */
export interface Part {
  readonly operation: Recognised["operation"];
  readonly task: string;
  readonly calls: number;
  /** Pages of each flush; -1: everything; null: none was seen. */
  readonly pages: number | null;
  readonly threads: number;
  readonly siblings: "spin" | "sleep" | "stale";
  /** Mean time from one call to the next, ns; 0 for a single one. */
  readonly everyNs: number;
  readonly perSecond: number | null;
  readonly ipis: number;
  /** How the operation is known. */
  readonly basis: string;
  readonly remarks: readonly string[];
}

/** Counts of a group that is being gathered. */
interface Group {
  readonly key: string;
  /** The task, told from others of its name. */
  readonly owner: string;
  readonly known: Recognised;
  readonly task: string;
  readonly pid: number;
  readonly pages: number | null;
  flushed: number;
  calls: number;
  ipis: number;
  running: number;
  idle: number;
  replaced: number;
  firstNs: number;
  lastNs: number;
  processes: number;
}

/** The parts, most interrupts first. */
export function partsOf(rows: readonly OperationRow[]): Part[] {
  const groups = new Map<string, Group>();
  for (const [task, own] of byTask(rows)) {
    for (const [i, row] of own.entries()) gather(groups, task, row, operationOf(own, i));
  }
  const settled = withOwnFlushes(asleepTogether([...groups.values()]));
  return sameWork(settled)
    .map(partOf)
    .sort((left, right) => right.ipis - left.ipis || right.calls - left.calls);
}

/** Operations of one task each, in their order. */
function byTask(rows: readonly OperationRow[]): Map<string, OperationRow[]> {
  const tasks = new Map<string, OperationRow[]>();
  for (const row of rows) {
    // Without a number of the task, that of its CPU: two CPUs do not do one thing.
    const key = `${row.task} ${Number(row.pid) > 0 ? row.pid : `CPU ${row.cpu}`}`;
    const known = tasks.get(key);
    if (known === undefined) tasks.set(key, [row]);
    else known.push(row);
  }
  return tasks;
}

function gather(
  groups: Map<string, Group>,
  owner: string,
  row: OperationRow,
  known: Recognised | undefined,
): void {
  if (known === undefined) return;
  const pages = row.pages as number | null;
  const flushed = Number(row.flushed);
  const key = JSON.stringify([owner, known.operation, pages]);
  const id = `${key} ${flushed}`;
  const tsNs = Number(row.ts_ns);
  let group = groups.get(id);
  if (group === undefined) {
    const head = {
      key,
      owner,
      known,
      task: String(row.task),
      pid: Number(row.pid),
      pages,
      flushed,
    };
    const counts = { calls: 0, ipis: 0, running: 0, idle: 0, replaced: 0, processes: 1 };
    group = { ...head, ...counts, firstNs: tsNs, lastNs: tsNs };
    groups.set(id, group);
  }
  group.calls++;
  group.ipis += flushed + Number(row.synced) + known.ipisOfNext;
  group.running += Number(row.running);
  group.idle += Number(row.idle);
  group.replaced += Number(row.replaced);
  group.lastNs = Math.max(group.lastNs, tsNs);
  group.firstNs = Math.min(group.firstNs, tsNs);
}

/**
 * Sleeping siblings are interrupted by the first flushes only: the later ones of the same kind, of
 * no other CPU, belong to them. Siblings that run are interrupted by every one.
 */
function asleepTogether(groups: readonly Group[]): Group[] {
  const byKey = new Map<string, Group[]>();
  for (const group of groups) byKey.set(group.key, [...(byKey.get(group.key) ?? []), group]);
  return [...byKey.values()].flatMap((own) => {
    const whole = own.reduce(merged);
    return isAsleep(whole) ? [whole] : own;
  });
}

/**
 * The same of munmap beside sleeping siblings: later calls flush the CPU of the caller only, and
 * would have interrupted the siblings if these had run again.
 */
function withOwnFlushes(groups: readonly Group[]): Group[] {
  const taken = new Set<Group>();
  const joined = groups.map((group) => {
    if (group.known.operation !== "munmap" || !isAsleep(group)) return group;
    const later = groups.find(
      (one) =>
        one.known.operation === OWN_FLUSH &&
        one.owner === group.owner &&
        one.pages === group.pages &&
        !taken.has(one),
    );
    if (later === undefined) return group;
    taken.add(later);
    return merged(group, later);
  });
  return joined.filter((group) => !taken.has(group));
}

/** Processes that do the same beside threads that run are one part; so are all own flushes. */
function sameWork(groups: readonly Group[]): Group[] {
  const found = new Map<string, Group>();
  for (const group of groups) {
    const { known, task, pages, flushed, pid } = group;
    const isAlone = isAsleep(group);
    const shape = [known.operation, known.basis, task, pages, flushed];
    const isOwn = known.operation === OWN_FLUSH;
    const own = isAlone ? [...shape, pid, group.key] : shape;
    const key = isOwn ? OWN_FLUSH : JSON.stringify(own);
    const same = found.get(key);
    const joined = same === undefined ? group : merged(same, group);
    const processes = same === undefined ? 1 : same.processes + 1;
    found.set(key, { ...joined, processes });
  }
  return [...found.values()];
}

/** Its siblings did not run when the interrupts came. */
function isAsleep({ idle, replaced, running }: Group): boolean {
  return idle + replaced > 0 && idle + replaced >= running;
}

/** A CPU that runs something else forgets the address space at the first interrupt. */
function siblingsOf(group: Group): Part["siblings"] {
  if (!isAsleep(group)) return "spin";
  return group.replaced > group.idle ? "stale" : "sleep";
}

function merged(left: Group, right: Group): Group {
  return {
    ...left,
    flushed: Math.max(left.flushed, right.flushed),
    calls: left.calls + right.calls,
    ipis: left.ipis + right.ipis,
    running: left.running + right.running,
    idle: left.idle + right.idle,
    replaced: left.replaced + right.replaced,
    firstNs: Math.min(left.firstNs, right.firstNs),
    lastNs: Math.max(left.lastNs, right.lastNs),
  };
}

function partOf(group: Group): Part {
  const { known, calls, ipis, flushed, running, processes } = group;
  const isOwn = known.operation === OWN_FLUSH;
  const [task, pages] = isOwn ? ["", null] : [group.task, group.pages];
  const absent = group.idle + group.replaced;
  const spanNs = group.lastNs - group.firstNs;
  const hasRate = calls > 1 && spanNs > 0;
  const remarks = [...known.remarks];
  const others = task === KHUGEPAGED ? flushed - 1 : flushed;
  if (flushed > 0 && running + absent === 0) {
    remarks.push("what the other threads did is not in the trace: taken as running");
  } else if (running > 0 && absent > 0) {
    remarks.push(`${running} of the interrupts met a running thread, ${absent} none`);
  }
  if (processes > 1 && !isOwn) remarks.push(`${processes} processes of this name`);
  return {
    ...{ operation: known.operation, task, calls, pages, ipis, remarks },
    threads: 1 + Math.max(0, others),
    siblings: siblingsOf(group),
    everyNs: hasRate ? Math.min(1e12, Math.floor(spanNs / (calls - 1))) : 0,
    perSecond: hasRate ? ((calls - 1) * 1e9) / spanNs : null,
    basis: known.basis,
  };
}
