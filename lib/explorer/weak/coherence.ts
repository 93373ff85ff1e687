/** What earlier accesses of the same location mean for one of a window. */
import * as op from "../opcodes.ts";
import type { Access } from "./access.ts";
import { isAtomic, orderOf, TABLES } from "./access.ts";
import { SURE, UNKNOWN, UNSURE } from "./knowledge.ts";

/** Where a load would find its value. */
export interface Source {
  /** It must wait. */
  isBlocked: boolean;
  /** A store of its own CPU that waits: its value is found before others see it. */
  forward: Access | undefined;
  /** An earlier load that waits, or an access whose location is not known, may undo it. */
  isUnsure: boolean;
}

/** Finds the source of the load that is access `i`; `isMask`: masks are read in turn. */
export function sourceOf(accesses: readonly Access[], i: number, isMask: boolean): Source {
  const load = accesses[i]!;
  const found: Source = { isBlocked: false, forward: undefined, isUnsure: false };
  for (let j = i - 1; j >= 0; j--) {
    const earlier = accesses[j]!;
    if (earlier.space !== load.space) continue;
    if (earlier.place === UNKNOWN) {
      found.isUnsure = true;
      found.isBlocked ||= isMask;
      continue;
    }
    if (earlier.owner !== load.owner) continue;
    if (earlier.place === UNSURE) found.isUnsure = true;
    if (!earlier.isDone) found.isBlocked ||= isMask;
    if (earlier.writes) {
      if (!earlier.isDone) forwardFrom(earlier, load, found);
      return found;
    }
    if (!earlier.isDone || earlier.isUnsure) found.isUnsure = true;
  }
  return found;
}

function forwardFrom(store: Access, load: Access, found: Source): void {
  const { opcode } = store.instruction;
  found.forward = store;
  if (store.dataState < SURE) found.isUnsure = true;
  if (isAtomic(store.instruction)) {
    // What an atomic will leave is known early only where it stores whatever it finds.
    const isPlain = store.hasRead || isExchange(opcode);
    if (!isPlain || load.writes || orderOf(load.instruction) === "acquire") found.isBlocked = true;
    if (!isExchange(opcode)) found.isUnsure = true;
  }
  if (store.dataState === UNKNOWN || load.writes) found.isBlocked = true;
}

function isExchange(opcode: number): boolean {
  return opcode === op.EXCHANGE;
}

/** Whether access `i` follows a waiting one of its location: then it may not store yet. */
export function mustWait(accesses: readonly Access[], i: number): boolean {
  const { space, owner } = accesses[i]!;
  for (let j = 0; j < i; j++) {
    const earlier = accesses[j]!;
    if (earlier.isDone || earlier.space !== space) continue;
    if (earlier.place === UNKNOWN || earlier.owner === owner) return true;
  }
  return false;
}

/**
 * Whether what access `i` found is no longer what it may have found: an earlier store turned out to
 * be of its location, or an earlier load of it, item `fresh`, found something else.
 */
export function isUndone(accesses: readonly Access[], i: number, fresh: number): boolean {
  const load = accesses[i]!;
  if (!load.reads || !load.hasRead) return false;
  for (let j = i - 1; j >= 0; j--) {
    const earlier = accesses[j]!;
    if (earlier.space !== load.space || earlier.place === UNKNOWN) continue;
    if (earlier.owner !== load.owner) continue;
    if (earlier.writes) return !earlier.isDone && earlier.isNewlyLocated;
    if (earlier.item === fresh && earlier.found !== load.found) return true;
  }
  return false;
}

/**
 * Whether the last access is a load behind one of the same location that may be done now as well.
 * If it went first, the earlier one would have to find the same later on: so it may as well be done
 * now, and this one after it.
 */
export function followsOffered(accesses: readonly Access[]): boolean {
  const load = accesses.at(-1)!;
  for (let j = accesses.length - 2; j >= 0; j--) {
    const { space, owner, place, isOffered } = accesses[j]!;
    if (isOffered && place === SURE && space === load.space && owner === load.owner) return true;
  }
  return false;
}

/**
 * A walker follows the entry that leads to a table, and finds the table by what it has read there:
 * it waits for its last load of that entry. Whoever notes that an entry was cleared has cleared it;
 * giving the table away is a store like others.
 */
export function waitsForEntry(
  accesses: readonly Access[],
  i: number,
  isEntry: (space: number) => boolean,
): boolean {
  const event = accesses[i]!;
  if (event.space !== TABLES) return false;
  if (event.writes && event.instruction.word !== "detach") return false;
  for (let j = i - 1; j >= 0; j--) {
    const earlier = accesses[j]!;
    if (earlier.space < 0 || !isEntry(earlier.space)) continue;
    if (earlier.place !== UNKNOWN && earlier.owner !== event.owner) continue;
    if (event.reads ? earlier.reads : earlier.writes) {
      return event.reads ? !earlier.hasRead : !earlier.isDone;
    }
  }
  return false;
}
