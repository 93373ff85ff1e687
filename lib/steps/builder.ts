/**
 * The builder that writes programs, so that they read like the kernel code they stand for:
 *
 *     program("tlb_remove_table_sync_mm", { params: ["mm"], source }, (k) => {
 *       k.smpMb();
 *       k.emptyMask("targets");
 *       k.forEachCpu("cpu", "online", () => { … });
 *     })
 *
 * Bodies of blocks are functions that write on the same builder. The result is frozen data.
 */
import { badProgram } from "../base/messages.ts";
import { InlinedNames, inlined, isInlinedName } from "./inline.ts";
import type {
  AccessOrder,
  Arithmetic,
  AtomicOrder,
  Duration,
  FenceOrder,
  Operand,
  Place,
  Program,
  Relation,
  RootLoad,
  Step,
  Variable,
} from "./instructions.ts";
import { nameSteps } from "./names.ts";
import { filledMask, writtenRegister } from "./registers.ts";
import { checkArguments, checkProgram } from "./rules.ts";

/** What a program's head says beside its name. */
export interface ProgramHead {
  params?: readonly string[];
  /** Kernel file and function, message, or measured run that the steps follow. */
  source: string;
}

/**
 * Writes a program, checks it against the rules of the instruction set and freezes it. Throws SD007
 * for a program that cannot be run, SD002 for an argument that a callee does not take.
 */
export function program(
  name: string,
  head: ProgramHead,
  write: (builder: Builder) => void,
): Program {
  const params = [...(head.params ?? [])];
  for (const param of params) checkName(name, param);
  const builder = new Builder(name);
  write(builder);
  const { steps } = builder;
  return finishProgram({ kind: "program", name, params, source: head.source, steps });
}

/** Names the steps of a program, checks it and freezes it. Throws as {@link program} does. */
export function finishProgram(draft: Program): Program {
  const named: Program = { ...draft, steps: nameSteps(draft.steps) };
  checkProgram(named);
  return deepFreeze(named);
}

/** The variable of this CPU. */
export function own(variable: Variable): Place {
  return { variable: variable.name };
}

/** The variable of a given CPU, mm or page table. */
export function of(variable: Variable, owner: Operand): Place {
  return { variable: variable.name, of: owner };
}

/** What may happen to one page table or page. */
type TableEvent = Exclude<Extract<Step, { kind: "ghost" }>["what"], "freeRoot" | "loadRoot">;

/** Collects steps; blocks write into a list of their own. */
export class Builder {
  steps: Step[] = [];
  private readonly program: string;
  private nextName: string | undefined = undefined;
  private readonly inlinedNames: InlinedNames = new InlinedNames();

  constructor(program: string) {
    this.program = program;
  }

  /** Gives the next step a name of its own instead of the one derived from its kernel words. */
  named(name: string): this {
    this.nextName = name;
    return this;
  }

  set(into: string, to: Operand): void {
    this.push({ kind: "set", into, to });
  }

  compute(into: string, left: Operand, op: Arithmetic, right: Operand): void {
    this.push({ kind: "compute", into, left, op, right });
  }

  /** Reads the time: ns since boot, or jiffies of 4 ms (CONFIG_HZ=250). */
  clock(into: string, unit: "ns" | "jiffies"): void {
    this.push({ kind: "clock", into, unit });
  }

  /** Draws an integer in 0 … below − 1. */
  pick(into: string, below: Operand): void {
    this.push({ kind: "pick", into, below });
  }

  load(into: string, from: Place, order: AccessOrder = "once"): void {
    this.push({ kind: "load", into, from, order });
  }

  store(to: Place, value: Operand, order: AccessOrder = "once"): void {
    this.push({ kind: "store", to, value, order });
  }

  exchange(at: Place, value: Operand, into?: string, order: AtomicOrder = "full"): void {
    this.push({ kind: "atomic", op: "exchange", at, value, order, ...optional("into", into) });
  }

  add(at: Place, value: Operand, into?: string, order: AtomicOrder = "full"): void {
    this.push({ kind: "atomic", op: "add", at, value, order, ...optional("into", into) });
  }

  compareExchange(
    at: Place,
    change: { from: Operand; to: Operand },
    into?: string,
    order: AtomicOrder = "full",
  ): void {
    this.push({
      kind: "atomic",
      op: "compareExchange",
      at,
      value: change.to,
      expected: change.from,
      order,
      ...optional("into", into),
    });
  }

  loadMask(into: string, from: Place): void {
    this.push({ kind: "loadMask", into, from });
  }

  setBit(at: Place, cpu: Operand, order: AtomicOrder = "full"): void {
    this.push({ kind: "maskBit", op: "set", at, cpu, order });
  }

  clearBit(at: Place, cpu: Operand, order: AtomicOrder = "full"): void {
    this.push({ kind: "maskBit", op: "clear", at, cpu, order });
  }

  testBit(into: string, from: Place, cpu: Operand): void {
    this.push({ kind: "testBit", into, from, cpu });
  }

  fence(order: FenceOrder): void {
    this.push({ kind: "fence", order });
  }

  smpMb(): void {
    this.fence("full");
  }

  smpRmb(): void {
    this.fence("read");
  }

  emptyMask(mask: string): void {
    this.push({ kind: "emptyMask", mask });
  }

  copyMask(into: string, from: string): void {
    this.push({ kind: "copyMask", into, from });
  }

  addCpu(mask: string, cpu: Operand): void {
    this.push({ kind: "addCpu", mask, cpu });
  }

  removeCpu(mask: string, cpu: Operand): void {
    this.push({ kind: "removeCpu", mask, cpu });
  }

  /** `mask` loses the CPUs of `from`. */
  removeMask(mask: string, from: string): void {
    this.push({ kind: "removeMask", mask, from });
  }

  countMask(into: string, mask: string): void {
    this.push({ kind: "countMask", into, mask });
  }

  if(left: Operand, is: Relation, right: Operand, body: () => void, otherwise?: () => void): void {
    const condition = { left, is, right };
    const taken = this.block(body);
    if (otherwise === undefined) this.push({ kind: "if", condition, body: taken });
    else this.push({ kind: "if", condition, body: taken, otherwise: this.block(otherwise) });
  }

  while(left: Operand, is: Relation, right: Operand, body: () => void): void {
    const condition = { left, is, right };
    this.push({ kind: "while", condition, body: this.block(body) });
  }

  /** Endless loop. */
  forever(body: () => void): void {
    this.while(0, "==", 0, body);
  }

  forEachCpu(into: string, mask: string, body: () => void): void {
    this.push({ kind: "forEachCpu", into, mask, body: this.block(body) });
  }

  section(label: string, body: () => void): void {
    this.push({ kind: "section", label, body: this.block(body) });
  }

  /** Goes to the end of an enclosing section. */
  leave(section: string): void {
    this.push({ kind: "leave", section });
  }

  /**
   * Calls a kernel path by its name, such as `flush_tlb_mm`; which steps that is depends on the
   * release, architecture and backend of the run.
   */
  callPath(path: string, args: Readonly<Record<string, Operand>> = {}): void {
    this.push({ kind: "callPath", path, args: { ...args } });
  }

  irqOff(): void {
    this.push({ kind: "irqOff" });
  }

  irqOn(): void {
    this.push({ kind: "irqOn" });
  }

  /** Queues `handler` on every CPU of the mask but this one; see {@link awaitCalls}. */
  crossCall(mask: string, handler: Program, args: Readonly<Record<string, Operand>> = {}): void {
    this.push({ kind: "crossCall", mask, handler, args: { ...args } });
  }

  /** Waits until every function this CPU has queued on others has run. */
  awaitCalls(): void {
    this.push({ kind: "awaitCalls" });
  }

  /** Begins an RCU read section. */
  rcuLock(): void {
    this.push({ kind: "rcuLock" });
  }

  /** Ends it. */
  rcuUnlock(): void {
    this.push({ kind: "rcuUnlock" });
  }

  /** Waits for an RCU grace period. */
  gracePeriod(): void {
    this.push({ kind: "gracePeriod" });
  }

  lock(lock: Place): void {
    this.push({ kind: "lock", lock });
  }

  unlock(lock: Place): void {
    this.push({ kind: "unlock", lock });
  }

  /** Wakes the thread that sleeps on a CPU. */
  wake(cpu: Operand): void {
    this.push({ kind: "wake", cpu });
  }

  /** Sleeps until woken. */
  sleep(): void {
    this.push({ kind: "sleep" });
  }

  /** Runs user code until it is woken: by a reschedule interrupt, for it does not sleep. */
  runUser(): void {
    this.push({ kind: "runUser" });
  }

  /** Waits until the thread on a CPU sleeps again. */
  awaitSleep(cpu: Operand): void {
    this.push({ kind: "awaitSleep", cpu });
  }

  /** Invalidates this CPU's translations: `pages` strides, or all of them when −1. */
  flushLocal(pages: Operand): void {
    this.push({ kind: "flushLocal", pages });
  }

  /**
   * One broadcast invalidation; `leafOnly` spares what was cached of the tables above, `globalAsid`
   * what is held under ASIDs of single CPUs.
   */
  flushBroadcast(
    instruction: "INVLPGB" | "TLBI" | "tlbie",
    pages: Operand,
    scope: "all" | "leafOnly" | "globalAsid" = "all",
  ): void {
    const narrowed = scope === "all" ? {} : { [scope]: true as const };
    this.push({ kind: "flushBroadcast", instruction, pages, ...narrowed });
  }

  flushComplete(instruction: "TLBSYNC" | "DSB" | "ptesync"): void {
    this.push({ kind: "flushComplete", instruction });
  }

  /** A hypervisor or microcode invalidates on every CPU of the mask; no handler runs there. */
  flushCpus(by: "hypercall" | "RAR", service: string, mask: string, pages: Operand): void {
    this.push({ kind: "flushCpus", by, service, mask, pages });
  }

  hypercall(service: string): void {
    this.push({ kind: "hypercall", service });
  }

  /** Computes for `times` (1 without) units of a cost of the machine's table. */
  work(cost: string, times?: Operand): void {
    this.push({ kind: "work", cost, ...optional("times", times) });
  }

  pause(duration: Duration): void {
    this.push({ kind: "pause", duration: { ...duration } });
  }

  /**
   * What happens to a page table; only the explorer cares. `walk`, `use`: a walker has found it,
   * and reads it. `detach`: the entry that leads to it was cleared. `free`, `reuse`: nobody may
   * walk it any more. `exclusive`: one address space has it alone, walkers of others may use it no
   * more. Of pages, by the number of their entry: `revoke`, rights are gone for whoever asks;
   * `freePage`, the page is; `writePage`, its contents go to swap or to a file as they are;
   * `access`, user code of this CPU reads or writes it.
   */
  ghost(what: TableEvent, table: Operand): void {
    this.push({ kind: "ghost", what, table });
  }

  /** The hardware of this CPU walks from the root table of an address space from now on. */
  ghostLoadRoot(mm: Operand, translations: RootLoad): void {
    this.push({ kind: "ghost", what: "loadRoot", table: mm, translations });
  }

  /** The root table of an address space is freed: no CPU may borrow it or have it loaded. */
  ghostFreeRoot(mm: Operand): void {
    this.push({ kind: "ghost", what: "freeRoot", table: mm });
  }

  countRow(row: string): void {
    this.push({ kind: "countRow", row });
  }

  tally(what: string, by?: Operand): void {
    this.push({ kind: "tally", what, ...optional("by", by) });
  }

  /** Starts the stop-watch `what` of this CPU. */
  begin(what: string): void {
    this.push({ kind: "begin", what });
  }

  /** Stops the stop-watch and records the time that passed. */
  end(what: string): void {
    this.push({ kind: "end", what });
  }

  trace(event: string, detail: string, pages?: Operand): void {
    this.push({ kind: "trace", event, detail, ...optional("pages", pages) });
  }

  /**
   * Inlines another program as a section. Its parameters stand for the given values; its other
   * registers and its masks get a number behind their names, `gen.1`, except that `results` maps
   * registers of its own to registers here.
   */
  include(
    inner: Program,
    args: Readonly<Record<string, Operand>> = {},
    options: { label?: string; results?: Readonly<Record<string, string>> } = {},
  ): void {
    checkArguments(this.program, inner, args);
    const { label = inner.name, results = {} } = options;
    const body = inlined(inner, this.inlinedNames, { args, results, label });
    this.push({ kind: "section", label, body });
  }

  /** The steps that `write` writes; a name given before is for the step around them. */
  private block(write: () => void): readonly Step[] {
    const outer = { steps: this.steps, name: this.nextName };
    const inner: Step[] = [];
    this.steps = inner;
    this.nextName = undefined;
    write();
    this.steps = outer.steps;
    this.nextName = outer.name;
    return inner;
  }

  private push(step: Step): void {
    checkName(this.program, writtenRegister(step));
    checkName(this.program, filledMask(step));
    const name = this.nextName;
    this.nextName = undefined;
    this.steps.push(name === undefined ? step : { ...step, name });
  }
}

/** Throws SD007 for the name of a register or mask that could be one of an inlined program. */
function checkName(program: string, name: string | undefined): void {
  if (name === undefined || !isInlinedName(name)) return;
  throw badProgram(program, `${name} ends in a number as the names of inlined programs do`);
}

function optional<K extends string, V>(
  key: K,
  value: V | undefined,
): { [P in K]: V } | Record<string, never> {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]: V });
}

/** What is frozen already is part of a finished program, and frozen as a whole. */
function deepFreeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  for (const inner of Object.values(value)) deepFreeze(inner);
  return Object.freeze(value);
}
