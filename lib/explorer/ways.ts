/** Transitions between states that are not known to go on. */
import type { StateTable } from "./stateTable.ts";

/** Pairs of states, one behind the other. */
export class Ways {
  private pairs: Int32Array = new Int32Array(1 << 10);
  private length = 0;

  /** Bytes that they take, or will while there is one more. */
  get bytes(): number {
    return (this.length === this.pairs.length ? 3 : 1) * this.pairs.byteLength;
  }

  add(from: number, to: number): void {
    if (this.length === this.pairs.length) {
      const larger = new Int32Array(2 * this.length);
      larger.set(this.pairs);
      this.pairs = larger;
    }
    this.pairs[this.length++] = from;
    this.pairs[this.length++] = to;
  }

  /** Marks every state from which a marked one can be reached. */
  markAll(table: StateTable): void {
    for (let hasChanged = true; hasChanged; ) {
      hasChanged = false;
      for (let i = this.length - 2; i >= 0; i -= 2) {
        const from = this.pairs[i]!;
        if (table.isMarked(from) || !table.isMarked(this.pairs[i + 1]!)) continue;
        table.mark(from);
        hasChanged = true;
      }
    }
  }
}
