/** The fields of a system: which registers, variables, notes and ghosts a state holds. */

import type { Instruction } from "./instruction.ts";
import type { FieldTable } from "./layout.ts";
import { bitsFor, Layout } from "./layout.ts";
import { GHOST, LOAD_ROOT } from "./opcodes.ts";
import type { System } from "./system.ts";
import type { LaneUses } from "./uses.ts";
import { instructionsOf, SCOPES } from "./uses.ts";

/** Frames of a CPU: its thread, an interrupt handler, an NMI. */
export const THREAD = 0;
/** The interrupt handler. */
export const HANDLER = 1;
/** The NMI. */
export const NMI = 2;

/** Ghost state of a page table. */
export const LIVE = 0;
/** Its entry was cleared. */
export const DETACHED = 1;
/** It was given back to the allocator. */
export const FREED = 2;
/** It serves another purpose. */
export const REUSED = 3;
/** One address space has it alone, and may write entries of its own. */
export const EXCLUSIVE = 4;
/** A page: rights on it were taken away. */
export const REVOKED = 5;
/** A page: it is free. */
export const PAGE_FREED = 6;

const GHOST_BITS = 3;

/** Fields of one frame of one lane. */
export interface FrameFields {
  /** 0: the frame is not active; else its instruction, counted from 1 for {@link base}. */
  readonly pc: number;
  readonly base: number;
  readonly values: number;
  /** First note about lane 0 of the first CPU (mask) register; see {@link Fields.note}. */
  readonly cpus: number;
  readonly masks: number;
}

/** Fields of one lane. */
export interface LaneFields {
  readonly frames: readonly FrameFields[];
  readonly irqOff: number;
  /** Who sent the call that the handler runs. */
  readonly from: number;
  /** Variables of this CPU, in the order of the declarations (−1: not of a CPU). */
  readonly variables: readonly number[];
  readonly bufferCount: number;
  /** Location and value of each entry, oldest first. */
  readonly bufferAt: number;
  /** Items of the window (weak), then kind and number of each; −1: the model has none. */
  readonly window: number;
  /** First note of a mask an item; −1: no item holds one. */
  readonly windowMasks: number;
  /** Depth of RCU read sections. */
  readonly rcu: number;
  /** The call that this lane has sent: routine, and values of its arguments. */
  readonly callRoutine: number;
  readonly callArgs: number;
  readonly preempted: number;
  readonly preemptionsLeft: number;
  readonly nmiLeft: number;
  /** One bit a scope: accesses with translations that were invalidated are not over yet. */
  readonly late: number;
  /**
   * One bit a table: a translation (or a cached upper level) that leads to the table; then as many
   * under the global ASID, where a system has one.
   */
  readonly translations: number;
  /** The address space from whose root table hardware walks, and whether under its global ASID. */
  readonly root: number;
  readonly rootIsGlobal: number;
}

/** All fields. */
export interface Fields {
  readonly table: FieldTable;
  readonly lanes: readonly LaneFields[];
  /** Variables of mms, tables and the whole: first field by variable (−1: of a CPU, or a mask). */
  readonly variables: readonly number[];
  /** Some CPU may have an ASID in common with others. */
  readonly hasGlobalAsids: boolean;
  /** Ghost state of each table. */
  readonly ghosts: number;
  /** Whether each mm was freed. */
  readonly roots: number;
  /** First word of each lane's block, and the word behind the last one. */
  readonly blocks: readonly number[];
  /** Notes about lanes, one bit each: number of the first note by what is noted. */
  readonly notes: Notes;
  /**
   * Locations that a lane's store buffer can name: its own variables first, so that equal CPUs have
   * equal buffers; then what all share, ghosts, and other CPUs' variables. Field by location, and
   * location by field (−1: none).
   */
  readonly locations: readonly (readonly number[])[];
  readonly locationOf: readonly Int32Array[];
  /** By lane: the field in which it carries note 0; the others follow. */
  readonly noteFields: readonly number[];
  /** The field in which lane `lane` carries note `note`. */
  note(note: number, lane: number): number;
  readonly bufferDepth: number;
  readonly windowDepth: number;
}

/** What is noted about each lane, in the lane's own block. */
export interface Notes {
  /** Mask variables: number of the note of owner 0, by variable (−1: no mask). */
  readonly variables: readonly number[];
  /** `pending + sender`: the sender's call waits for this lane. */
  readonly pending: number;
  /** `grace + waiter`: the waiter's grace period waits for this lane. */
  readonly grace: number;
  /** `invalid + scope * lanes + issuer`: one of the issuer has not reached this lane. */
  readonly invalid: number;
  readonly count: number;
}

/** Lays out the fields of a system. */
export function fieldsOf(system: System): Fields {
  const { spec, valueBits, uses } = system;
  const n = spec.lanes.length;
  const layout = new Layout();
  const owners = { cpu: n, mm: spec.mms, table: spec.tables, global: 1 };
  const bits = (i: number): number => (uses.variables.has(i) ? valueBits : 0);
  const variables = spec.variables.map(({ scope, holds }, i) =>
    scope === "cpu" || holds === "mask" ? -1 : layout.fields(owners[scope], bits(i)),
  );
  const ghosts = layout.fields(spec.tables, usesTables(system) ? GHOST_BITS : 0);
  const roots = layout.fields(spec.mms, spec.addressSpaces === undefined ? 0 : 1);
  const counter = new NoteCounter();
  const of = (use: (lane: LaneUses) => boolean): readonly number[] =>
    uses.lanes.map((lane) => (use(lane) ? 1 : 0));
  const notes = {
    variables: spec.variables.map(({ scope, holds }, i) =>
      holds === "mask" ? counter.take(owners[scope], uses.variables.has(i) ? 1 : 0) : -1,
    ),
    pending: counter.takeEach(of(({ sends }) => sends)),
    grace: counter.takeEach(of(({ waitsForReaders }) => waitsForReaders)),
    invalid: counter.takeEach(
      SCOPES.flatMap((_, scope) => of(({ invalidates }) => invalidates.includes(scope))),
    ),
    count: 0,
  };
  const frames = spec.lanes.map((_, lane) => framesOf(system, lane, counter));
  const windowMasks = frames.map((_, lane) =>
    holdsMasks(system, lane) ? counter.take(windowOf(system)) : -1,
  );
  const places = spec.lanes.map((_, lane) => new Locations(system, lane));
  const lanes: LaneFields[] = [];
  const blocks: number[] = [];
  const noteFields: number[] = [];
  for (let i = 0; i < n; i++) {
    blocks.push(layout.align());
    lanes.push(
      laneFields(system, i, layout, {
        frames: frames[i]!,
        locations: places[i]!,
        windowMasks: windowMasks[i]!,
      }),
    );
    noteFields.push(counter.layOut(layout));
  }
  const table = layout.finish();
  const all = places.map((one) => one.fields({ lanes, variables, ghosts }));
  return {
    table,
    lanes,
    variables,
    hasGlobalAsids: asidsOf(system) > 1,
    ghosts,
    roots,
    blocks: [...blocks, table.size],
    locations: all,
    locationOf: all.map((fields) => placesOf(fields, noteFields.at(-1)! + counter.count)),
    notes: { ...notes, count: counter.count },
    noteFields,
    note: (note, lane) => noteFields[lane]! + note,
    bufferDepth: depthOf(system),
    windowDepth: windowOf(system),
  };
}

function depthOf({ spec }: System): number {
  return spec.memoryModel === "x86-tso" ? (spec.bufferDepth ?? 2) : 0;
}

function windowOf({ spec }: System): number {
  return spec.memoryModel === "weak" ? (spec.window ?? 8) : 0;
}

function holdsMasks({ code, threads, nmis, handlers }: System, lane: number): boolean {
  const own = [code.routines[threads[lane]!], code.routines[nmis[lane]!]];
  return [...own, ...handlers].some((routine) => routine !== undefined && routine.masks > 0);
}

/** 2 where CPUs may have an ASID in common for an address space. */
function asidsOf({ code, spec }: System): number {
  const isGlobal = ({ opcode, word }: Instruction): boolean =>
    opcode === LOAD_ROOT && word === "global";
  const begins = spec.lanes.some(({ root }) => root?.global === true);
  return begins || code.instructions.some(isGlobal) ? 2 : 1;
}

function usesTables({ code, spec }: System): boolean {
  return spec.hardwareWalkers === true || code.instructions.some(({ opcode }) => opcode === GHOST);
}

/**
 * The locations that a lane's stores name: its own variables first, so that equal CPUs have equal
 * buffers; then what all share, ghosts, and other CPUs' variables.
 */
class Locations {
  /** Bits that a buffered value needs. */
  readonly valueBits: number;
  readonly bits: number;
  private readonly system: System;
  private readonly lane: number;
  private readonly stores: ReadonlySet<number>;
  private readonly marksTables: boolean;

  constructor(system: System, lane: number) {
    const { spec, uses, valueBits } = system;
    const { stores, marksTables } = uses.lanes[lane]!;
    this.system = system;
    this.lane = lane;
    this.stores = stores;
    this.marksTables = marksTables;
    this.valueBits = marksTables ? Math.max(valueBits, GHOST_BITS) : valueBits;
    const owners = { cpu: spec.lanes.length, mm: spec.mms, table: spec.tables, global: 1 };
    let count = marksTables ? spec.tables : 0;
    for (const variable of stores) count += owners[spec.variables[variable]!.scope];
    this.bits = count <= 1 ? 0 : bitsFor(count);
  }

  /** Whether the lane can have anything in its buffer. */
  get isEmpty(): boolean {
    return this.stores.size === 0 && !this.marksTables;
  }

  /** Field by location. */
  fields({ lanes, variables, ghosts }: Pick<Fields, "lanes" | "variables" | "ghosts">): number[] {
    const { spec } = this.system;
    const sizes = { cpu: 0, mm: spec.mms, table: spec.tables, global: 1 };
    const isStored = (_: unknown, i: number): boolean => this.stores.has(i);
    const numeric = (one: LaneFields): number[] =>
      one.variables.filter(isStored).filter((field) => field >= 0);
    const shared = spec.variables.flatMap(({ scope }, i) => {
      const first = variables[i]!;
      if (first < 0 || !isStored(scope, i)) return [];
      return Array.from({ length: sizes[scope] }, (_, k) => first + k);
    });
    const marked = this.marksTables ? spec.tables : 0;
    return [
      ...numeric(lanes[this.lane]!),
      ...shared,
      ...Array.from({ length: marked }, (_, k) => ghosts + k),
      ...lanes.flatMap((one, i) => (i === this.lane ? [] : numeric(one))),
    ];
  }
}

function placesOf(fields: readonly number[], count: number): Int32Array {
  const places = new Int32Array(count).fill(-1);
  fields.forEach((field, place) => {
    places[field] = place;
  });
  return places;
}

/** Counts notes, each with its bits: 1, or 0 where nobody uses it. */
class NoteCounter {
  private readonly bits: number[] = [];

  get count(): number {
    return this.bits.length;
  }

  take(notes: number, bits = 1): number {
    return this.takeEach(Array.from({ length: notes }, () => bits));
  }

  takeEach(bits: readonly number[]): number {
    return this.bits.push(...bits) - bits.length;
  }

  /** Fields for all notes; the number of the first one. */
  layOut(layout: Layout): number {
    const first = layout.fields(0, 0);
    for (const bits of this.bits) layout.field(bits);
    return first;
  }
}

/** Registers of a frame, and the instructions that it can be at. */
interface FrameUse {
  readonly values: number;
  readonly cpus: number;
  readonly masks: number;
  readonly base: number;
  readonly instructions: number;
}

/** What each frame of a lane needs: the thread, any handler, the NMI. */
function framesOf(system: System, lane: number, counter: NoteCounter): FrameUse[] {
  const { code, threads, nmis, handlers, uses } = system;
  const frames = [
    [code.routines[threads[lane]!]],
    uses.lanes[lane]!.isInterruptible ? handlers : [],
    [code.routines[nmis[lane]!]],
  ].map((found) => found.filter((routine) => routine !== undefined));
  return frames.map((routines) => {
    const most = (of: "values" | "cpus" | "masks"): number =>
      routines.reduce((max, routine) => Math.max(max, routine[of]), 0);
    const base = Math.min(...routines.map(({ start }) => start));
    const end = routines.reduce(
      (max, routine) => Math.max(max, routine.start + instructionsOf(system, routine).length),
      0,
    );
    return {
      values: most("values"),
      cpus: counter.take(most("cpus")),
      masks: counter.take(most("masks")),
      base: routines.length === 0 ? 0 : base,
      instructions: routines.length === 0 ? 0 : end - base,
    };
  });
}

function laneFields(
  system: System,
  lane: number,
  layout: Layout,
  sizes: {
    readonly frames: readonly FrameUse[];
    readonly locations: Locations;
    readonly windowMasks: number;
  },
): LaneFields {
  const { spec, code, valueBits, handlers } = system;
  const uses = system.uses.lanes[lane]!;
  const { nmi, preemptions = 0 } = spec.lanes[lane]!;
  const args = handlers.reduce((most, { params }) => Math.max(most, params.length), 0);
  const depth = sizes.locations.isEmpty ? 0 : depthOf(system);
  const bit = (isUsed: boolean): number => layout.field(isUsed ? 1 : 0);
  const number = (count: number): number => layout.field(count <= 1 ? 0 : bitsFor(count));
  const frames = sizes.frames.map(({ values, cpus, masks, base, instructions }) => ({
    pc: number(instructions + 1),
    base,
    values: layout.fields(values, valueBits),
    cpus,
    masks,
  }));
  return {
    frames,
    irqOff: bit(uses.masksInterrupts),
    from: number(uses.isInterruptible ? spec.lanes.length : 1),
    variables: spec.variables.map(({ scope, holds }, i) =>
      scope === "cpu" && holds === "number"
        ? layout.field(system.uses.variables.has(i) ? valueBits : 0)
        : -1,
    ),
    bufferCount: number(depth + 1),
    bufferAt: bufferFields(layout, depth, sizes.locations),
    window: windowFields(layout, windowOf(system), Math.max(valueBits, GHOST_BITS)),
    windowMasks: sizes.windowMasks,
    rcu: bit(uses.readsUnderRcu),
    callRoutine: number(uses.sends ? code.routines.length : 1),
    callArgs: layout.fields(uses.sends ? args : 0, valueBits),
    preempted: bit(preemptions > 0),
    preemptionsLeft: number(preemptions + 1),
    nmiLeft: bit(nmi !== undefined),
    late: layout.fields(SCOPES.length, spec.earlyDone === undefined ? 0 : 1),
    translations: layout.fields(
      spec.hardwareWalkers === true ? spec.tables * asidsOf(system) : 0,
      1,
    ),
    root: layout.field(code.keepsRoots ? valueBits : 0),
    rootIsGlobal: bit(asidsOf(system) > 1),
  };
}

/** Entries of location and value, one after the other. */
function bufferFields(layout: Layout, depth: number, { bits, valueBits }: Locations): number {
  let first = -1;
  for (let i = 0; i < depth; i++) {
    const at = layout.field(bits);
    layout.field(valueBits);
    if (first < 0) first = at;
  }
  return first;
}

/** How many items there are, then a kind and a number each. */
function windowFields(layout: Layout, depth: number, bits: number): number {
  if (depth === 0) return -1;
  const first = layout.field(bitsFor(depth + 1));
  for (let i = 0; i < depth; i++) {
    layout.field(2);
    layout.field(bits);
  }
  return first;
}
