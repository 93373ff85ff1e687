/** Loops of a program: which instructions can be reached from one another. */
import type { Instruction } from "./instruction.ts";
import * as op from "./opcodes.ts";

/**
 * Numbers the instructions that can be reached from `start`: equal numbers within a loop, smaller
 * ones behind it. An instruction from which no end can be reached gets −1.
 */
export function numberLoops(
  code: readonly Instruction[],
  start: number,
  numbers: Int32Array,
): void {
  const search = new LoopSearch(code);
  search.visit(start);
  for (const [loop, members] of search.loops.entries()) {
    // Loops are found after everything behind them.
    const isEnd = members.some((at) => code[at]!.opcode === op.END);
    const behind = members.flatMap((at) => successors(code[at]!));
    const ends = isEnd || behind.some((at) => !members.includes(at) && numbers[at] !== -1);
    for (const at of members) numbers[at] = ends ? loop : -1;
  }
}

/** Tarjan's search for strongly connected components; its own stack, for programs are long. */
class LoopSearch {
  /** In the order in which they are complete. */
  readonly loops: number[][] = [];
  private readonly code: readonly Instruction[];
  private readonly order = new Map<number, number>();
  private readonly lowest = new Map<number, number>();
  private readonly open: number[] = [];
  private readonly isOpen = new Set<number>();

  constructor(code: readonly Instruction[]) {
    this.code = code;
  }

  visit(start: number): void {
    const path = [{ at: start, left: this.enter(start) }];
    while (path.length > 0) {
      const { at, left } = path.at(-1)!;
      const to = left.pop();
      if (to === undefined) {
        path.pop();
        if (this.lowest.get(at) === this.order.get(at)) this.close(at);
        const before = path.at(-1);
        if (before !== undefined) this.lower(before.at, this.lowest.get(at)!);
      } else if (!this.order.has(to)) path.push({ at: to, left: this.enter(to) });
      else if (this.isOpen.has(to)) this.lower(at, this.order.get(to)!);
    }
  }

  private enter(at: number): number[] {
    this.order.set(at, this.order.size);
    this.lowest.set(at, this.order.size - 1);
    this.open.push(at);
    this.isOpen.add(at);
    return successors(this.code[at]!);
  }

  private lower(at: number, order: number): void {
    if (order < this.lowest.get(at)!) this.lowest.set(at, order);
  }

  private close(first: number): void {
    const loop: number[] = [];
    let at: number;
    do {
      at = this.open.pop()!;
      this.isOpen.delete(at);
      loop.push(at);
    } while (at !== first);
    this.loops.push(loop);
  }
}

/** Where a thread can be after an instruction. */
function successors({ opcode, next, target }: Instruction): number[] {
  if (opcode === op.END) return [];
  if (opcode === op.JUMP) return [target];
  return next === target ? [next] : [next, target];
}
