/**
 * The cost table: what one unit of each step takes, in integer nanoseconds, and how far the figure
 * can be trusted. Shared lines are not in the table: they have a service time (contention.ts).
 */
import { checkInteger, checkKeys, checkOneOf, checkString } from "../base/check.ts";
import { invalid } from "../base/messages.ts";

/** The closed list of steps that cost time, each with the unit that one cost pays for. */
export const costSteps = {
  load: "read of a line this CPU owns",
  loadRemote: "read of a line last written by another CPU of the socket",
  loadRemoteSocket: "read of a line last written by a CPU of another socket",
  store: "write to a line this CPU owns",
  atomic: "locked read-modify-write of a line this CPU owns",
  fenceFull: "full memory barrier, smp_mb()",
  fenceRead: "read memory barrier, smp_rmb()",
  fenceWrite: "write memory barrier, smp_wmb()",
  irqOff: "masking interrupts",
  irqOn: "unmasking interrupts",
  irqEntry: "interrupt, from its vector to the first instruction of the handler",
  irqExit: "interrupt, from the end of the handler to the interrupted code",
  csdQueue: "sender: pushing one call on the queue of one target",
  ipiSend: "sender: one single IPI, or one group of a mask send",
  ipiBroadcast: "sender: one IPI to all but self",
  ipiTarget: "sender in a guest: the host passes an IPI on to one target",
  ipiResume: "sender in a guest: from an IPI that was sent back into the guest",
  ipiDeliver: "IPI under way to a busy CPU of the same socket",
  ipiDeliverSocket: "IPI under way: extra for each socket hop",
  idleExit: "interrupt: extra when the target halts in its idle loop",
  pollExit: "a CPU that polls in its idle loop sees need-resched",
  ack: "the sender sees that a CPU of its socket is done",
  ackSocket: "the sender sees that a CPU is done: extra for each socket hop",
  callEmpty: "body of a cross call whose function is empty",
  flushFixed: "local TLB flush: part that does not depend on the pages",
  flushPage: "local TLB flush: one page (INVLPG or the like)",
  flushFull: "local TLB flush: everything, beside the fixed part (CR3 reload or the like)",
  invlpgb: "one INVLPGB",
  tlbsync: "one TLBSYNC",
  tlbi: "one broadcast TLBI",
  dsb: "one DSB that waits for broadcast TLBIs",
  tlbie: "one tlbie",
  ptesync: "one ptesync that waits for tlbie",
  hypercall: "one round trip to the hypervisor",
  hypercallTarget: "hypercall that flushes: one vCPU",
  rar: "one Intel RAR request, until all its targets have obeyed",
  switchMm: "loading another page-table root",
  ptClear: "atomic exchange of one page-table entry",
  gupFixed: "one GUP-fast call: part that does not depend on the pages",
  gupPage: "GUP-fast: one page",
  collapseFixed: "collapse of one PMD: part that does not depend on copied pages",
  copyPage: "collapse: one page copied",
  zapPage: "unmapping and freeing one page",
  freeTable: "freeing one page table",
  protectPage: "changing the protection of one page",
  vmaOp: "mmap lock and VMA work of one call",
  syscall: "entry and exit of one system call",
  wake: "try_to_wake_up() on the waking CPU",
  taskSwitch: "one context switch",
  copyOnWrite: "breaking one copy-on-write page",
  swapOutPage: "reclaim: one page written to compressed swap",
  gracePeriod: "one RCU grace period, synchronize_rcu()",
} as const;

/** Name of a step in the cost table. */
export type CostKey = keyof typeof costSteps;

/** All names, in table order. */
export const costKeys: readonly CostKey[] = Object.keys(costSteps) as CostKey[];

/**
 * measured: on a running kernel, by this project. cited: published, or derived from published
 * figures as `source` says. assumed: no figure is known.
 */
export type Evidence = "measured" | "cited" | "assumed";

/** One cost: integer ns per unit, how it is known, from where, and the plausible range in ns. */
export interface Cost {
  readonly ns: number;
  readonly evidence: Evidence;
  readonly source: string;
  readonly range?: readonly [number, number];
}

/** A cost for every step. */
export type CostTable = Readonly<Record<CostKey, Cost>>;

/** Some costs: a number replaces the figure only, and counts as assumed. */
export type CostChanges = Readonly<Partial<Record<CostKey, number | Cost>>>;

/** Largest cost of one unit: ten seconds, in ns. */
export const maxCostNs = 10_000_000_000;

/** All kinds of {@link Evidence}, strongest first. */
export const evidences: readonly Evidence[] = ["measured", "cited", "assumed"];

/**
 * `base` with `changes` applied, in table order. Throws SD002 for an unknown step or kind of
 * evidence, SD001 for a figure that is no integer 0…10^10, a range that does not hold it, an empty
 * source.
 */
export function changeCosts(base: CostTable, changes: CostChanges): CostTable {
  checkKeys("costs", changes, costKeys);
  const rows = costKeys.map((key) => {
    const change = changes[key];
    return [key, change === undefined ? base[key] : checkCost(`costs.${key}`, change)];
  });
  return Object.fromEntries(rows) as CostTable;
}

function checkCost(field: string, cost: number | Cost): Cost {
  if (typeof cost !== "object" || cost === null) {
    const ns = checkInteger(field, cost, 0, maxCostNs);
    return { ns, evidence: "assumed", source: "given by the user" };
  }
  checkKeys(field, cost, ["ns", "evidence", "source", "range"]);
  const ns = checkInteger(`${field}.ns`, cost.ns, 0, maxCostNs);
  const evidence = checkOneOf(`${field}.evidence`, cost.evidence, evidences);
  const source = checkString(`${field}.source`, cost.source);
  if (source.trim() === "") throw invalid(`${field}.source`, source, "where the figure comes from");
  const range = cost.range === undefined ? {} : { range: checkRange(field, cost.range, ns) };
  return { ns, evidence, source, ...range };
}

function checkRange(field: string, range: unknown, ns: number): readonly [number, number] {
  const expected = `two integers [low, high] around ${ns}`;
  if (!Array.isArray(range) || range.length !== 2) {
    throw invalid(`${field}.range`, range, expected);
  }
  const low = checkInteger(`${field}.range[0]`, range[0], 0, maxCostNs);
  const high = checkInteger(`${field}.range[1]`, range[1], 0, maxCostNs);
  if (low > ns || ns > high) throw invalid(`${field}.range`, range, expected);
  return [low, high];
}
