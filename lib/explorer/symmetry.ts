/** Equal CPUs are interchangeable: of all states that differ in their names, one stands for all. */
import type { Fields } from "./fields.ts";
import type { System } from "./system.ts";

/**
 * Sorts the blocks of equal CPUs. All that others note about a CPU is in its own block, and equal
 * CPUs name none, so that exchanging blocks exchanges the CPUs.
 */
export function canonicalise(words: Int32Array, system: System, fields: Fields): void {
  const { groups } = system;
  for (let i = 1; i < groups.length; i++) {
    const group = groups[i]!;
    for (let j = i; j > 0 && groups[j - 1] === group; j--) {
      const left = fields.blocks[j - 1]!;
      const right = fields.blocks[j]!;
      const size = fields.blocks[j + 1]! - right;
      if (!isGreater(words, left, right, size)) break;
      exchange(words, left, right, size);
    }
  }
}

function isGreater(words: Int32Array, left: number, right: number, size: number): boolean {
  for (let i = 0; i < size; i++) {
    const a = words[left + i]! >>> 0;
    const b = words[right + i]! >>> 0;
    if (a !== b) return a > b;
  }
  return false;
}

function exchange(words: Int32Array, left: number, right: number, size: number): void {
  for (let i = 0; i < size; i++) {
    const kept = words[left + i]!;
    words[left + i] = words[right + i]!;
    words[right + i] = kept;
  }
}
