/** Accesses of a window: what each reads or writes, and how much of that is known. */
import type { Instruction } from "../instruction.ts";
import * as op from "../opcodes.ts";
import type { ExplorerState } from "../state.ts";
import { isMark } from "../uses.ts";
import type { Registers } from "./knowledge.ts";
import { SURE, UNKNOWN } from "./knowledge.ts";
import { roleOf } from "./roles.ts";
import { DONE, YES } from "./window.ts";

/** The space of locations that stands for what becomes of page tables. */
export const TABLES = -1;
/** What is done with translations of a page table: each table is a location. */
export const PAGES = -3;
/** The invalidations of each CPU, which it sends in order. */
export const INVALIDATIONS = -4;
/** The root table of each CPU. Loading it synchronises the context: what comes later waits. */
export const ROOTS = -2;

/** One access that is waiting or done. */
export class Access {
  instruction: Instruction;
  /** Its number among the items of the window. */
  item = 0;
  /** WAITING, DONE, YES (an atomic that has read) or NO (one that is guessed to fail). */
  kind = 0;
  /** The variable (or {@link TABLES}), and whose it is; accesses of other spaces never meet. */
  space = 0;
  owner = 0;
  /** How much is known of the owner. */
  place: number = UNKNOWN;
  reads = false;
  writes = false;
  /** What it stores, or adds; and how much is known of it. */
  data = 0;
  dataState: number = UNKNOWN;
  /** What it found: a value, or the state of a table. */
  found = 0;
  /** An earlier access of its location may still undo what it found. */
  isUnsure = false;
  /** Its load may be done now. */
  isOffered = false;
  /** Its location became known only now. */
  isNewlyLocated = false;

  constructor(instruction: Instruction) {
    this.instruction = instruction;
  }

  get isDone(): boolean {
    return this.kind === DONE;
  }

  /** Its read part is done, if it has one. */
  get hasRead(): boolean {
    return this.kind === DONE || (this.kind === YES && isAtomic(this.instruction));
  }

  /** What its store will leave, as far as {@link dataState} says that it is known. */
  get left(): number {
    return this.instruction.opcode === op.ATOMIC_ADD ? this.found + this.data : this.data;
  }
}

/** Whether an instruction is an item of the window whatever is known. */
export function isAccess({ opcode }: Instruction): boolean {
  return roleOf(opcode) === "access";
}

/** An atomic read-modify-write whose two halves can be told apart. */
export function isAtomic({ opcode }: Instruction): boolean {
  return opcode === op.LOCK || (opcode >= op.EXCHANGE && opcode <= op.COMPARE_EXCHANGE);
}

/** How an access orders others: `full`, `acquire`, `release` or nothing of these. */
export function orderOf({ opcode, word }: Instruction): string {
  if (opcode === op.LOCK || opcode === op.LOAD_ROOT) return "acquire";
  if (opcode === op.UNLOCK) return "release";
  return opcode === op.GHOST || opcode === op.FLUSH_BROADCAST ? "once" : word;
}

/** Fills in an access from what is known at its instruction. */
export function describe(
  s: ExplorerState,
  r: Registers,
  access: Access,
  instruction: Instruction,
): void {
  const { opcode, place, left } = instruction;
  access.instruction = instruction;
  access.found = 0;
  access.isUnsure = false;
  access.isOffered = false;
  access.isNewlyLocated = false;
  access.reads = doesRead(instruction);
  access.writes = doesWrite(instruction);
  access.data = 0;
  access.dataState = SURE;
  if (opcode === op.GHOST) {
    access.space = isOfPage(instruction) ? PAGES : TABLES;
    access.owner = r.value(left);
    access.place = r.stateOfValue(left);
  } else if (opcode === op.FLUSH_BROADCAST) {
    access.space = INVALIDATIONS;
    access.owner = r.lane;
    access.place = SURE;
  } else if (opcode === op.LOAD_ROOT) {
    access.space = ROOTS;
    access.owner = r.lane;
    access.place = SURE;
    describeData(r, access);
  } else {
    access.space = place!.variable;
    access.owner = place!.ownerIsCpu ? r.cpu(place!.owner) : r.value(place!.owner);
    access.place = place!.ownerIsCpu ? r.stateOfCpu(place!.owner) : r.stateOfValue(place!.owner);
    describeData(r, access);
  }
  // A path that was guessed wrongly may compute places that do not exist.
  if (access.owner < 0 || access.owner >= ownersOf(s, access.space)) access.place = UNKNOWN;
}

function describeData(r: Registers, access: Access): void {
  const { opcode, left, third } = access.instruction;
  if (opcode === op.LOCK) access.data = 1;
  if (opcode === op.BIT_SET || opcode === op.BIT_CLEAR || opcode === op.TEST_BIT) {
    access.data = r.cpu(left);
    access.dataState = r.stateOfCpu(left);
  } else if (opcode !== op.LOCK && opcode !== op.UNLOCK && access.writes) {
    access.data = r.value(left);
    access.dataState = r.stateOfValue(left);
    if (opcode === op.COMPARE_EXCHANGE) {
      access.dataState = Math.min(access.dataState, r.stateOfValue(third));
    }
  }
}

function doesRead(instruction: Instruction): boolean {
  const { opcode } = instruction;
  if (opcode === op.GHOST) return isUse(instruction);
  return isAtomic(instruction) || [op.LOAD, op.LOAD_MASK, op.TEST_BIT].includes(opcode);
}

function doesWrite(instruction: Instruction): boolean {
  const { opcode } = instruction;
  if (opcode === op.GHOST) return !isUse(instruction);
  const stores = [
    ...[op.STORE, op.UNLOCK, op.BIT_SET, op.BIT_CLEAR],
    ...[op.LOAD_ROOT, op.FLUSH_BROADCAST],
  ];
  return isAtomic(instruction) || (stores as readonly number[]).includes(opcode);
}

/** A walker finds a table, and what has become of it: a load. Other events are stores. */
export function isUse(instruction: Instruction): boolean {
  return instruction.opcode === op.GHOST && !isOfPage(instruction) && !isMark(instruction);
}

/**
 * User code that has not found its translation yet may still fault: no store behind it is done. The
 * data may come later, but whoever waits for an invalidation waits for that.
 */
export function mayFault({ instruction, isDone }: Access): boolean {
  return instruction.opcode === op.GHOST && instruction.word === "access" && !isDone;
}

/**
 * An event of a page and its translations. A CPU that uses one is taken to store, which cannot be
 * undone: done earlier, before it is sure to be done at all, it would find older rights only.
 */
function isOfPage({ opcode, word }: Instruction): boolean {
  return opcode === op.GHOST && PAGE_EVENTS.includes(word);
}

const PAGE_EVENTS: readonly string[] = ["access", "revoke", "writePage", "freePage"];

function ownersOf({ system, lanes }: ExplorerState, space: number): number {
  const { spec } = system;
  if (space === TABLES || space === PAGES) return spec.tables;
  if (space === ROOTS || space === INVALIDATIONS) return lanes;
  const { scope } = spec.variables[space]!;
  return { cpu: lanes, mm: spec.mms, table: spec.tables, global: 1 }[scope];
}
