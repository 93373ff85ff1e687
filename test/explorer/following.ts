/** Follows a run of the engine through the explorer's graph, without reductions. */
import { Expansion } from "../../lib/explorer/expand.ts";
import { writeInitial } from "../../lib/explorer/initial.ts";
import type { Instruction } from "../../lib/explorer/instruction.ts";
import { load } from "../../lib/explorer/memory.ts";
import * as op from "../../lib/explorer/opcodes.ts";
import { ExplorerState } from "../../lib/explorer/state.ts";
import type { SystemSpec } from "../../lib/explorer/system.ts";
import { compileSystem } from "../../lib/explorer/system.ts";
import type { TransitionKind } from "../../lib/explorer/transition.ts";
import type { RunEvent } from "./eagerRuns.ts";

/** A step that a CPU has begun: taken or not, and what it read. */
interface Begun {
  readonly name: string;
  readonly isTaken: boolean;
  readonly value: number | undefined;
}

/** A state that the run may be in, and what each CPU is at, innermost last. */
interface Place {
  readonly words: Int32Array;
  readonly begun: readonly (readonly Begun[])[];
}

interface Successor {
  readonly lane: number;
  readonly kind: TransitionKind;
  readonly instruction: number;
  readonly words: Int32Array;
}

const WAITS: readonly number[] = [op.AWAIT_CALLS, op.LOCK];

/** All states of the graph that a run may be in; it is no path when there is none. */
class Follower {
  private readonly s: ExplorerState;
  private readonly expansion: Expansion;
  private readonly known = new Map<string, readonly Successor[]>();
  private found: Successor[] = [];
  private places: ReadonlyMap<string, Place>;
  /** CPUs that are in their interrupt. */
  private readonly interrupted = new Set<number>();

  constructor(spec: SystemSpec) {
    this.s = new ExplorerState(compileSystem(spec), { merging: false, symmetry: false });
    const { s } = this;
    this.expansion = new Expansion(s, () => {
      const { lane, kind, instruction } = this.expansion.label;
      this.found.push({ lane, kind, instruction, words: s.words.slice() });
    });
    writeInitial(s);
    this.places = new Map([["", { words: s.words.slice(), begun: spec.lanes.map(() => []) }]]);
  }

  /** False where no state is left that the run may be in. */
  follow({ cpu, what, name, value }: RunEvent, next: RunEvent | undefined): boolean {
    this.settle();
    if (what === "enters") this.interrupted.add(cpu);
    if (what === "leaves") this.interrupted.delete(cpu);
    if (what === "does") {
      this.change((place) => this.begin(place, cpu, name, next));
    }
    if (what === "did") {
      this.change((place) => {
        const last = place.begun[cpu]!.at(-1);
        const isIt = last?.name === name && last.isTaken;
        if (!isIt || (value !== undefined && last.value !== value)) return [];
        return [{ ...place, begun: put(place.begun, cpu, place.begun[cpu]!.slice(0, -1)) }];
      });
    }
    return this.places.size > 0;
  }

  /** A step is taken where it begins, unless it waits or something comes between. */
  private begin(
    place: Place,
    cpu: number,
    name: string,
    next: RunEvent | undefined,
  ): readonly Place[] {
    const one = { name, isTaken: false, value: undefined };
    const waiting = { ...place, begun: put(place.begun, cpu, [...place.begun[cpu]!, one]) };
    const isOver = next?.what === "did" && next.name === name;
    const taken = this.take(waiting, cpu);
    const waits = taken.length === 0 || this.isWaiting(place, cpu);
    return isOver && !waits ? taken : [...taken, waiting];
  }

  private isWaiting({ words }: Place, cpu: number): boolean {
    const { s } = this;
    s.words.set(words);
    const at = s.instructionAt(s.fields.lanes[cpu]!.frames[s.levelOf(cpu)]!);
    return at >= 0 && WAITS.includes(s.code[at]!.opcode);
  }

  /** The step that a CPU has begun is taken. */
  private take(place: Place, cpu: number): readonly Place[] {
    const list = place.begun[cpu]!;
    const last = list.at(-1);
    if (last === undefined || last.isTaken) return [];
    return this.successors(place.words)
      .filter(({ lane, kind, instruction }) => {
        return lane === cpu && kind === "step" && this.s.code[instruction]!.name === last.name;
      })
      .map(({ instruction, words }) => {
        const value = this.readBy(this.s.code[instruction]!, cpu, place.words);
        const one = { name: last.name, isTaken: true, value };
        return { words, begun: put(place.begun, cpu, [...list.slice(0, -1), one]) };
      });
  }

  private readBy(instruction: Instruction, lane: number, before: Int32Array): number | undefined {
    const { opcode, place } = instruction;
    if (opcode < op.LOAD || opcode > op.COMPARE_EXCHANGE || opcode === op.STORE) return undefined;
    const { s } = this;
    s.words.set(before);
    const frame = s.fields.lanes[lane]!.frames[s.levelOf(lane)]!;
    const found = s.system.code.dictionary.values[load(s, lane, frame, place!)]!;
    return opcode === op.ATOMIC_ADD ? found + s.valueOf(frame, instruction.left) : found;
  }

  /** Whatever may have happened before the next event: steps nobody notices, waits, interrupts. */
  private settle(): void {
    const all = new Map<string, Place>();
    const queue = [...this.places.values()];
    for (let place = queue.pop(); place !== undefined; place = queue.pop()) {
      const silent = this.silent(place);
      if (silent !== undefined) {
        queue.push(...silent);
        continue;
      }
      const key = keyOf(place);
      if (all.has(key)) continue;
      all.set(key, place);
      place.begun.forEach((_, cpu) => void queue.push(...this.take(place, cpu)));
      for (const { lane, kind, words } of this.successors(place.words)) {
        if (kind === "interrupt" && this.interrupted.has(lane)) queue.push({ ...place, words });
      }
    }
    this.places = all;
  }

  /** The steps of a CPU that have no name: registers, branches, the end of a handler. */
  private silent(place: Place): readonly Place[] | undefined {
    const all = this.successors(place.words).filter(
      ({ kind, instruction }) => kind === "step" && !this.s.code[instruction]!.name.startsWith("#"),
    );
    if (all.length === 0) return undefined;
    return all
      .filter(({ lane }) => lane === all[0]!.lane)
      .map(({ words }) => ({ ...place, words }));
  }

  private change(change: (place: Place) => readonly Place[]): void {
    const all = new Map<string, Place>();
    for (const place of this.places.values()) {
      for (const one of change(place)) all.set(keyOf(one), one);
    }
    this.places = all;
  }

  private successors(words: Int32Array): readonly Successor[] {
    const key = words.join();
    const known = this.known.get(key);
    if (known !== undefined) return known;
    this.found = [];
    this.s.words.set(words);
    this.s.violation = undefined;
    this.expansion.expand();
    this.known.set(key, this.found);
    return this.found;
  }
}

function keyOf({ words, begun }: Place): string {
  return `${words.join()} ${JSON.stringify(begun)}`;
}

function put<T>(list: readonly T[], i: number, value: T): readonly T[] {
  return list.map((one, k) => (k === i ? value : one));
}

/** The number of the first event that no path of the graph leads to; −1: the run is a path. */
export function leavesGraphAt(spec: SystemSpec, events: readonly RunEvent[]): number {
  const follower = new Follower(spec);
  const nexts = events.map(({ cpu }, i) => events.slice(i + 1).find((one) => one.cpu === cpu));
  return events.findIndex((event, i) => !follower.follow(event, nexts[i]));
}
