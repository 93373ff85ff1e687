/** One way through the states, step by step, and the text that stands for it. */
import { malformed } from "../base/messages.ts";
import { Expansion } from "./expand.ts";
import { writeInitial } from "./initial.ts";
import { load } from "./memory.ts";
import { settle } from "./merging.ts";
import * as op from "./opcodes.ts";
import type { SearchResult } from "./search.ts";
import { NEVER_ENDS, neverEnds } from "./search.ts";
import type { StateOptions } from "./state.ts";
import { ExplorerState } from "./state.ts";
import { canonicalise } from "./symmetry.ts";
import type { System } from "./system.ts";
import type { TransitionKind, TransitionLabel } from "./transition.ts";
import type { Violation } from "./verdictData.ts";

/** One transition of a schedule, or a step that was taken together with the one before it. */
export interface ScheduleStep {
  /** The CPU that took it. */
  readonly lane: number;
  readonly kind: TransitionKind;
  /** The step in kernel words, or what happened instead. */
  readonly text: string;
  /** What it read or wrote: `= 3`; empty where it did neither. */
  readonly saw: string;
  /** Taken at once with the one before it, because nobody can notice when: no transition. */
  readonly isMerged: boolean;
}

/** A schedule, and the property that its last step breaks. */
export interface Schedule {
  readonly steps: readonly ScheduleStep[];
  readonly violation: Violation | undefined;
  /** What {@link replay} takes: which successor was taken, state by state. */
  readonly text: string;
}

/** The shortest schedule to the violation that a search has found. */
export function scheduleOf(system: System, result: SearchResult, options: StateOptions): Schedule {
  const chain: number[] = [];
  for (let at = result.violating; at >= 0; at = result.table.parentOf(at)) chain.unshift(at);
  const walk = new Walk(system, options);
  const wanted = new Int32Array(walk.s.words.length);
  const scratch = new Int32Array(wanted.length);
  for (const state of chain.slice(1)) {
    result.table.read(state, wanted);
    const isWanted = (words: Int32Array): boolean => {
      scratch.set(words);
      if (options.symmetry) canonicalise(scratch, system, walk.s.fields);
      return scratch.every((word, i) => word === wanted[i]);
    };
    walk.step((_, words) => isWanted(words));
  }
  walk.step(() => false);
  return { ...walk.schedule(), violation: walk.s.violation ?? result.violation };
}

/** Follows a schedule by its text. Throws SD006 for one that leads nowhere. */
export function replay(system: System, text: string): Schedule {
  const match = /^sd1([a-z]):([0-9a-z.]*)$/.exec(text);
  const options = MODES[match?.[1] ?? ""];
  if (match === null || options === undefined) {
    throw malformed("schedule", text, "sd1m:, sd1n:, sd1y: or sd1s: and numbers in base 36");
  }
  const walk = new Walk(system, options);
  for (const part of (match[2] ?? "").split(".").filter((one) => one !== "")) {
    const number = Number.parseInt(part, 36);
    if (!walk.step((i) => i === number)) {
      throw malformed("schedule", part, `one of the successors of step ${walk.length}`);
    }
  }
  walk.step(() => false);
  const { s } = walk;
  const bounds = { maxStates: MOST_LOOKED_AT, maxBytes: Number.POSITIVE_INFINITY };
  const stuck = s.violation === undefined && neverEnds(system, { ...options, ...bounds }, s.words);
  return { ...walk.schedule(), violation: stuck ? NEVER_ENDS : s.violation };
}

/** Whether a schedule leads to where nothing ends is looked for in so many states. */
const MOST_LOOKED_AT = 1_000_000;

/** How a schedule's text names the reductions under which its numbers count successors. */
const MODES: Readonly<Record<string, StateOptions>> = {
  m: { merging: true, symmetry: true },
  n: { merging: true, symmetry: false },
  y: { merging: false, symmetry: true },
  s: { merging: false, symmetry: false },
};

function modeOf({ merging, symmetry }: StateOptions): string {
  return merging ? (symmetry ? "m" : "n") : symmetry ? "y" : "s";
}

/** A walk from the first state on. */
class Walk {
  readonly s: ExplorerState;
  private readonly expansion: Expansion;
  private readonly chosen: Int32Array;
  private readonly steps: ScheduleStep[] = [];
  private readonly choices: number[] = [];
  /** Merged with the successor that is being looked at, and with the one that was chosen. */
  private merged: ScheduleStep[] = [];
  private chosenMerged: readonly ScheduleStep[] = [];
  private readonly options: StateOptions;
  private choose: (index: number, words: Int32Array) => boolean = () => false;
  private index = 0;
  private hasChosen = false;
  private label: TransitionLabel | undefined;

  constructor(system: System, options: StateOptions) {
    this.options = options;
    this.s = new ExplorerState(system, options);
    this.chosen = new Int32Array(this.s.words.length);
    this.expansion = new Expansion(this.s, () => this.offer());
    this.s.onMerged = (lane, instruction) => this.noteMerged(lane, instruction);
    writeInitial(this.s);
    settle(this.s);
    this.steps.push(...this.takeMerged());
  }

  /** Transitions so far. */
  get length(): number {
    return this.choices.length;
  }

  /** Takes the first successor that is chosen; returns false where none is. */
  step(choose: (index: number, words: Int32Array) => boolean): boolean {
    const { s } = this;
    this.choose = choose;
    this.index = 0;
    this.hasChosen = false;
    const before = Int32Array.from(s.words);
    this.expansion.expand();
    if (!this.hasChosen) {
      s.words.set(before);
      if (s.violation !== undefined) this.note(this.expansion.label, before);
      return false;
    }
    s.violation = undefined;
    this.note(this.label!, before);
    this.steps.push(...this.chosenMerged);
    s.words.set(this.chosen);
    return true;
  }

  schedule(): Schedule {
    const choices = this.choices.map((i) => i.toString(36)).join(".");
    const text = `sd1${modeOf(this.options)}:${choices}`;
    return { steps: this.steps, violation: this.s.violation, text };
  }

  private offer(): void {
    const index = this.index++;
    const merged = this.takeMerged();
    if (this.hasChosen || !this.choose(index, this.s.words)) return;
    this.hasChosen = true;
    this.chosen.set(this.s.words);
    this.chosenMerged = merged;
    this.label = { ...this.expansion.label };
    this.choices.push(index);
  }

  private note(label: TransitionLabel, before: Int32Array): void {
    const { lane, kind } = label;
    const [text, saw] = [this.words(label), this.saw(label, before)];
    this.steps.push({ lane, kind, text, saw, isMerged: false });
  }

  private takeMerged(): readonly ScheduleStep[] {
    const { merged } = this;
    this.merged = [];
    return merged;
  }

  /** Its register has what it has found. */
  private noteMerged(lane: number, at: number): void {
    const { s } = this;
    const { opcode, into, text } = s.code[at]!;
    const frame = s.fields.lanes[lane]!.frames[s.levelOf(lane)]!;
    const isSeen = opcode === op.LOAD && into >= 0;
    const saw = isSeen ? `= ${this.valueText(s.read(frame, into))}` : "";
    this.merged.push({ lane, kind: "step", text, saw, isMerged: true });
  }

  private words({ kind, instruction, detail, lane, isHalf }: TransitionLabel): string {
    const { code, system } = this.s;
    switch (kind) {
      case "step":
        return `${isHalf ? "reads: " : ""}${code[instruction]!.text}`;
      case "early":
        return `early${isHalf ? " reads" : ""}: ${code[instruction]!.text}`;
      case "drain":
        return `store buffer: ${this.locationName(lane, detail)}`;
      case "interrupt":
        return `takes the interrupt of ${system.spec.lanes[detail]!.name}`;
      case "nmi":
        return "takes an NMI";
      case "timer":
        return "is preempted by its timer";
      case "preempt":
        return "is stopped by the hypervisor";
      case "resume":
        return "runs again";
      case "fill":
        return `hardware fetches the translation of table ${detail}`;
      case "invalidate":
        if (detail === lane) return "ends its accesses with what was invalidated";
        return `loses translations that ${system.spec.lanes[detail]!.name} invalidates`;
    }
  }

  /** The value that a load found, or that a store made visible. */
  private saw(label: TransitionLabel, before: Int32Array): string {
    const { s } = this;
    const { lane, kind, instruction } = label;
    s.words.set(before);
    if (kind === "drain") {
      const { bufferAt } = s.fields.lanes[lane]!;
      return `= ${this.valueText(s.get(bufferAt + 1))}`;
    }
    const found = kind === "step" || kind === "early" ? s.code[instruction]! : undefined;
    if (found?.opcode !== op.LOAD) return "";
    if (s.isWeak) return `= ${label.detail}`;
    const frame = s.fields.lanes[lane]!.frames[s.levelOf(lane)]!;
    return `= ${this.valueText(load(s, lane, frame, found.place!))}`;
  }

  private valueText(number: number): string {
    return String(this.s.system.code.dictionary.values[number] ?? number);
  }

  private locationName(lane: number, location: number): string {
    const { fields, system } = this.s;
    const field = fields.locations[lane]![location]!;
    const own = fields.lanes[lane]!.variables.indexOf(field);
    if (own >= 0) return system.spec.variables[own]!.name;
    if (field >= fields.ghosts && field < fields.ghosts + system.spec.tables) {
      return `table ${field - fields.ghosts}`;
    }
    const index = fields.variables.findLastIndex((first) => first >= 0 && first <= field);
    const variable = system.spec.variables[index];
    return variable === undefined
      ? "memory"
      : `${variable.name}[${field - fields.variables[index]!}]`;
  }
}
