/** Memory: loads, stores, atomics, masks and locks. */
import type { FrameFields } from "./fields.ts";
import type { Instruction, PlaceCode } from "./instruction.ts";
import * as op from "./opcodes.ts";
import { judgeAccess, judgeDrain } from "./roots.ts";
import type { ExplorerState } from "./state.ts";

/** The field of a numeric variable, seen from a lane. */
function fieldOf(s: ExplorerState, lane: number, frame: FrameFields, place: PlaceCode): number {
  if (place.ownerIsCpu) {
    const owner = s.cpuOf(lane, frame, place.owner);
    return s.fields.lanes[owner]!.variables[place.variable]!;
  }
  return s.fields.variables[place.variable]! + ownerOf(s, lane, frame, place);
}

/** Whose a variable of an mm or a table is. */
function ownerOf(s: ExplorerState, lane: number, frame: FrameFields, place: PlaceCode): number {
  const owner = s.valueOf(frame, place.owner);
  judgeAccess(s, lane, place.variable, owner);
  return owner;
}

/** The number that a CPU reads: its own newest buffered store first. */
export function load(s: ExplorerState, lane: number, frame: FrameFields, place: PlaceCode): number {
  return s.seen(lane, fieldOf(s, lane, frame, place));
}

/** A store; false while the buffer is full. */
export function store(
  s: ExplorerState,
  lane: number,
  frame: FrameFields,
  place: PlaceCode,
  number: number,
): boolean {
  const field = fieldOf(s, lane, frame, place);
  if (!s.isTso) {
    s.set(field, number);
    return true;
  }
  return buffer(s, lane, s.fields.locationOf[lane]![field]!, number);
}

/** Puts a store behind those that wait; false while the buffer is full. */
export function buffer(s: ExplorerState, lane: number, location: number, number: number): boolean {
  const { bufferCount, bufferAt } = s.fields.lanes[lane]!;
  const count = s.get(bufferCount);
  if (count === s.fields.bufferDepth) {
    s.isBounded = true;
    return false;
  }
  s.set(bufferAt + 2 * count, location);
  s.set(bufferAt + 2 * count + 1, number);
  s.set(bufferCount, count + 1);
  return true;
}

/** The oldest store of a buffer is seen by all. */
export function drain(s: ExplorerState, lane: number): void {
  const { bufferCount, bufferAt } = s.fields.lanes[lane]!;
  const count = s.get(bufferCount);
  const field = s.fields.locations[lane]![s.get(bufferAt)]!;
  judgeDrain(s, lane, field);
  s.set(field, s.get(bufferAt + 1));
  for (let i = 1; i < count; i++) {
    s.set(bufferAt + 2 * i - 2, s.get(bufferAt + 2 * i));
    s.set(bufferAt + 2 * i - 1, s.get(bufferAt + 2 * i + 1));
  }
  s.set(bufferAt + 2 * count - 2, 0);
  s.set(bufferAt + 2 * count - 1, 0);
  s.set(bufferCount, count - 1);
}

/** A locked instruction; a relaxed exchange whose result nobody reads is a mere store. */
export function atomic(
  s: ExplorerState,
  lane: number,
  frame: FrameFields,
  instruction: Instruction,
): boolean {
  const { opcode, into, left, third, word, place } = instruction;
  if (opcode === op.EXCHANGE && word === "relaxed" && into < 0) {
    return store(s, lane, frame, place!, s.read(frame, left));
  }
  if (!s.isDrained(lane) && word !== "relaxed") return false;
  const field = fieldOf(s, lane, frame, place!);
  if (!s.isDrained(lane) && holds(s, lane, field)) return false;
  const old = s.get(field);
  if (opcode === op.ATOMIC_ADD) {
    const sum = s.system.code.dictionary.values[old]! + s.valueOf(frame, left);
    s.set(field, s.system.code.dictionary.numberOf(sum));
    s.write(frame, into, s.get(field));
    return true;
  }
  const swaps = opcode === op.EXCHANGE || old === s.read(frame, third);
  if (swaps) s.set(field, s.read(frame, left));
  s.write(frame, into, old);
  return true;
}

function holds(s: ExplorerState, lane: number, field: number): boolean {
  const { bufferCount, bufferAt } = s.fields.lanes[lane]!;
  const location = s.fields.locationOf[lane]![field]!;
  for (let i = 0; i < s.get(bufferCount); i++) {
    if (s.get(bufferAt + 2 * i) === location) return true;
  }
  return false;
}

/** A mask in memory is read, or a bit of it read or changed. */
export function maskInMemory(
  s: ExplorerState,
  lane: number,
  frame: FrameFields,
  instruction: Instruction,
): boolean {
  const { opcode, into, left, place } = instruction;
  const owner = place!.ownerIsCpu
    ? s.cpuOf(lane, frame, place!.owner)
    : ownerOf(s, lane, frame, place!);
  const note = s.fields.notes.variables[place!.variable]! + owner;
  if (opcode === op.LOAD_MASK) {
    for (let other = 0; other < s.lanes; other++) {
      s.set(s.fields.note(frame.masks + into, other), s.hasNote(note, other) ? 1 : 0);
    }
    return true;
  }
  const cpu = s.cpuOf(lane, frame, left);
  if (opcode === op.TEST_BIT) {
    s.writeValue(frame, into, s.hasNote(note, cpu) ? 1 : 0);
    return true;
  }
  if (!s.isDrained(lane)) return false;
  s.set(s.fields.note(note, cpu), opcode === op.BIT_SET ? 1 : 0);
  return true;
}

/** Takes a lock; false while somebody holds it. */
export function lock(
  s: ExplorerState,
  lane: number,
  frame: FrameFields,
  place: PlaceCode,
): boolean {
  const field = fieldOf(s, lane, frame, place);
  if (!s.isDrained(lane) || s.get(field) !== 0) return false;
  s.set(field, s.system.code.dictionary.numberOf(1));
  return true;
}
