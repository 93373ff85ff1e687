/** Memory as accesses of a window read and change it. */
import { sendInvalidation } from "../invalidations.ts";
import * as op from "../opcodes.ts";
import type { ExplorerState } from "../state.ts";
import { loadRoot, tableEvent } from "../tables.ts";
import type { Access } from "./access.ts";
import { TABLES } from "./access.ts";
import { maskOf } from "./knowledge.ts";

/** The number in memory of a location: of the dictionary, or the state of a table. */
export function numberAt(s: ExplorerState, access: Access): number {
  if (access.space === TABLES) return s.get(s.fields.ghosts + access.owner);
  if (isBit(access)) {
    const isSet = s.hasNote(noteOf(s, access), access.data);
    return s.system.code.dictionary.numberOf(isSet ? 1 : 0);
  }
  return access.instruction.opcode === op.LOAD_MASK ? 0 : s.get(fieldOf(s, access));
}

/** The mask that a `loadMask` finds; 0 for other accesses. */
export function maskAt(s: ExplorerState, access: Access): number {
  return access.instruction.opcode === op.LOAD_MASK ? maskOf(s, noteOf(s, access)) : 0;
}

/** Makes a store visible to all; an atomic has read `found`. */
export function makeVisible(s: ExplorerState, lane: number, access: Access, found: number): void {
  const { opcode, word } = access.instruction;
  if (opcode === op.GHOST) tableEvent(s, lane, word, access.owner);
  else if (opcode === op.FLUSH_BROADCAST) sendInvalidation(s, lane, word);
  else if (opcode === op.LOAD_ROOT) {
    loadRoot(s, lane, s.system.code.dictionary.numberOf(access.data), word);
  } else if (isBit(access))
    s.setNote(noteOf(s, access), access.data, opcode === op.BIT_SET ? 1 : 0);
  else {
    const added = opcode === op.ATOMIC_ADD ? found : 0;
    const number = s.system.code.dictionary.numberOf(access.data + added);
    s.set(fieldOf(s, access), number);
  }
}

function isBit({ instruction }: Access): boolean {
  const { opcode } = instruction;
  return opcode === op.BIT_SET || opcode === op.BIT_CLEAR || opcode === op.TEST_BIT;
}

function noteOf(s: ExplorerState, { space, owner }: Access): number {
  return s.fields.notes.variables[space]! + owner;
}

function fieldOf(s: ExplorerState, { instruction, space, owner }: Access): number {
  if (instruction.place!.ownerIsCpu) return s.fields.lanes[owner]!.variables[space]!;
  return s.fields.variables[space]! + owner;
}
