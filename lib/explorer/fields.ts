/** The fields of a system: which registers, variables, notes and ghosts a state holds. */
import type { FieldTable } from "./layout.ts";
import { bitsFor, Layout } from "./layout.ts";
import type { System } from "./system.ts";

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

/** Fields of one frame of one lane. */
export interface FrameFields {
  /** 0: the frame is not active; else the instruction and one more. */
  readonly pc: number;
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
  /** Depth of RCU read sections. */
  readonly rcu: number;
  /** The call that this lane has sent: routine, and values of its arguments. */
  readonly callRoutine: number;
  readonly callArgs: number;
  readonly preempted: number;
  readonly preemptionsLeft: number;
  readonly nmiLeft: number;
  /** One bit a table: a translation (or a cached upper level) that leads to the table. */
  readonly translations: number;
}

/** All fields. */
export interface Fields {
  readonly table: FieldTable;
  readonly lanes: readonly LaneFields[];
  /** Variables of mms, tables and the whole: first field by variable (−1: of a CPU, or a mask). */
  readonly variables: readonly number[];
  /** Ghost state of each table. */
  readonly ghosts: number;
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
  /** The field in which lane `lane` carries note `note`. */
  note(note: number, lane: number): number;
  readonly bufferDepth: number;
}

/** What is noted about each lane, in the lane's own block. */
export interface Notes {
  /** Mask variables: number of the note of owner 0, by variable (−1: no mask). */
  readonly variables: readonly number[];
  /** `pending + sender`: the sender's call waits for this lane. */
  readonly pending: number;
  /** `grace + waiter`: the waiter's grace period waits for this lane. */
  readonly grace: number;
  /** `invalid + issuer`: an invalidation of the issuer has not reached this lane. */
  readonly invalid: number;
  readonly count: number;
}

/** Lays out the fields of a system. */
export function fieldsOf(system: System): Fields {
  const { spec, valueBits } = system;
  const n = spec.lanes.length;
  const layout = new Layout();
  const owners = { cpu: 1, mm: spec.mms, table: spec.tables, global: 1 };
  const variables = spec.variables.map(({ scope, holds }) =>
    scope === "cpu" || holds === "mask" ? -1 : layout.fields(owners[scope], valueBits),
  );
  const ghosts = layout.fields(spec.tables, 2);
  const counter = new NoteCounter();
  const notes = {
    variables: spec.variables.map(({ scope, holds }) =>
      holds === "mask" ? counter.take(owners[scope]) : -1,
    ),
    pending: counter.take(n),
    grace: counter.take(n),
    invalid: counter.take(n),
    count: 0,
  };
  const registers = system.spec.lanes.map((_, i) => frameNotes(system, i, counter));
  const depth = spec.memoryModel === "x86-tso" ? (spec.bufferDepth ?? 2) : 0;
  const lanes: LaneFields[] = [];
  const blocks: number[] = [];
  const noteFields: number[] = [];
  const locations = bitsFor(locationCount(system));
  for (let i = 0; i < n; i++) {
    blocks.push(layout.align());
    lanes.push(laneFields(system, i, layout, { frames: registers[i]!, depth, locations }));
    noteFields.push(layout.fields(counter.count, 1));
  }
  const table = layout.finish();
  const all = lanes.map((_, i) => locationsOf(system, i, { lanes, variables, ghosts }));
  return {
    table,
    lanes,
    variables,
    ghosts,
    blocks: [...blocks, table.size],
    locations: all,
    locationOf: all.map((fields) => placesOf(fields, noteFields.at(-1)! + counter.count)),
    notes: { ...notes, count: counter.count },
    note: (note, lane) => noteFields[lane]! + note,
    bufferDepth: depth,
  };
}

/** At least as many as a store buffer can name. */
function locationCount({ spec }: System): number {
  const owners = { cpu: spec.lanes.length, mm: spec.mms, table: spec.tables, global: 1 };
  return spec.variables.reduce((sum, { scope }) => sum + owners[scope], spec.tables);
}

function locationsOf(
  { spec }: System,
  lane: number,
  fields: Pick<Fields, "lanes" | "variables" | "ghosts">,
): number[] {
  const sizes = { cpu: 0, mm: spec.mms, table: spec.tables, global: 1 };
  const numeric = (one: LaneFields): number[] => one.variables.filter((field) => field >= 0);
  const shared = spec.variables.flatMap(({ scope }, i) => {
    const first = fields.variables[i]!;
    return first < 0 ? [] : Array.from({ length: sizes[scope] }, (_, k) => first + k);
  });
  return [
    ...numeric(fields.lanes[lane]!),
    ...shared,
    ...Array.from({ length: spec.tables }, (_, k) => fields.ghosts + k),
    ...fields.lanes.flatMap((one, i) => (i === lane ? [] : numeric(one))),
  ];
}

function placesOf(fields: readonly number[], count: number): Int32Array {
  const places = new Int32Array(count).fill(-1);
  fields.forEach((field, place) => {
    places[field] = place;
  });
  return places;
}

class NoteCounter {
  count = 0;

  take(notes: number): number {
    this.count += notes;
    return this.count - notes;
  }
}

interface FrameNotes {
  readonly values: number;
  readonly cpus: number;
  readonly masks: number;
}

/** What each frame of a lane needs: the thread, any handler, the NMI. */
function frameNotes(system: System, lane: number, counter: NoteCounter): FrameNotes[] {
  const { code, threads, nmis, handlers } = system;
  const most = (of: "values" | "cpus" | "masks"): number =>
    handlers.reduce((max, routine) => Math.max(max, routine[of]), 0);
  const frames = [
    code.routines[threads[lane]!],
    { values: most("values"), cpus: most("cpus"), masks: most("masks") },
    code.routines[nmis[lane]!],
  ];
  return frames.map((frame) => ({
    values: frame?.values ?? 0,
    cpus: counter.take(frame?.cpus ?? 0),
    masks: counter.take(frame?.masks ?? 0),
  }));
}

function laneFields(
  system: System,
  lane: number,
  layout: Layout,
  sizes: { frames: readonly FrameNotes[]; depth: number; locations: number },
): LaneFields {
  const { spec, code, valueBits, handlers } = system;
  const pcBits = bitsFor(code.instructions.length + 1);
  const uses = usesOf(system);
  const frames = sizes.frames.map(({ values, cpus, masks }, i) => ({
    pc: layout.field(i === NMI && !uses.nmi ? 1 : pcBits),
    values: layout.fields(values, valueBits),
    cpus,
    masks,
  }));
  const args = handlers.reduce((most, { params }) => Math.max(most, params.length), 0);
  return {
    frames,
    irqOff: layout.field(1),
    from: layout.field(bitsFor(spec.lanes.length)),
    variables: spec.variables.map(({ scope, holds }) =>
      scope === "cpu" && holds === "number" ? layout.field(valueBits) : -1,
    ),
    bufferCount: layout.field(bitsFor(sizes.depth + 1)),
    bufferAt: bufferFields(layout, sizes.depth, sizes.locations, valueBits),
    rcu: layout.field(uses.rcu ? 2 : 1),
    callRoutine: layout.field(bitsFor(code.routines.length + 1)),
    callArgs: layout.fields(uses.sends[lane] === true ? args : 0, valueBits),
    preempted: layout.field(1),
    preemptionsLeft: layout.field(bitsFor((spec.lanes[lane]!.preemptions ?? 0) + 1)),
    nmiLeft: layout.field(1),
    translations: layout.fields(spec.hardwareWalkers === true ? spec.tables : 0, 1),
  };
}

/** Entries of location and value, one after the other. */
function bufferFields(layout: Layout, depth: number, locations: number, values: number): number {
  let first = -1;
  for (let i = 0; i < depth; i++) {
    const at = layout.field(locations);
    layout.field(values);
    if (first < 0) first = at;
  }
  return first;
}

/** Which mechanisms the programs use. */
function usesOf({ spec, code, threads }: System): {
  readonly nmi: boolean;
  readonly rcu: boolean;
  readonly sends: readonly boolean[];
} {
  return {
    nmi: spec.lanes.some(({ nmi }) => nmi !== undefined),
    rcu: code.instructions.some(({ word }) => word === "rcu"),
    sends: threads.map((number) => number >= 0),
  };
}
