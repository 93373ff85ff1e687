/** Verdicts: what a question comes to, how far that goes, and the schedule that shows it. */
import { checkKeys, checkOneOf } from "../../base/check.ts";
import { deepFreeze, Value } from "../../base/value.ts";
import type { Replay } from "../../explorer/explore.ts";
import { replaySchedule } from "../../explorer/explore.ts";
import type { Schedule } from "../../explorer/schedule.ts";
import type { Cap, Property, Violation, Witnesses } from "../../explorer/verdictData.ts";
import type { ColumnTable } from "../../tables/frame.ts";
import { toTable } from "../../tables/frame.ts";
import type { Question } from "./question.ts";
import { question } from "./question.ts";
import { systemOf } from "./questionSystem.ts";
import { verdictHtml } from "./verdictHtml.ts";

/**
 * `holds`: in every interleaving within the bounds. `violated`: in some. `undecided`: the budget
 * was used up. `vacuous`: nothing was violated, but what the scenario is about never happened.
 */
export type Outcome = "holds" | "violated" | "undecided" | "vacuous";

const OUTCOMES: readonly Outcome[] = ["holds", "violated", "undecided", "vacuous"];

/** Plain data of a verdict. */
export interface VerdictData {
  readonly question: Question;
  readonly outcome: Outcome;
  /** What does not hold, by which CPU, about which table (−1: about none). */
  readonly violation: Violation | null;
  /** Which bound of the budget was reached; null unless undecided. */
  readonly cap: Cap | null;
  /** Some store buffer or window was full: what holds, holds within buffers or windows so large. */
  readonly isBounded: boolean;
  /** What was judged. */
  readonly properties: readonly Property[];
  /** How far the verdict goes. */
  readonly bounds: readonly string[];
  readonly states: number;
  readonly transitions: number;
  /** Transitions to the violation, or to the state that is furthest away. */
  readonly depth: number;
  /** Bytes of all states. */
  readonly bytes: number;
  readonly witnesses: Readonly<Witnesses>;
  /** What of the witnesses the scenario asks for and never happened. */
  readonly missing: readonly (keyof Witnesses)[];
  /** The shortest schedule to the violation, as `sd.replay` takes it. */
  readonly schedule: string | null;
}

/** One schedule of a question. */
export class Counterexample extends Value {
  /** The text that `sd.replay` takes. */
  readonly schedule: string;
  /** One line a step, one column a CPU, with what it saw. */
  readonly lines: readonly string[];
  private readonly steps: Schedule["steps"];
  private readonly violation: Violation | undefined;
  private readonly programs: readonly string[];

  /** `programs`: what runs on each CPU. */
  constructor({ schedule, listing }: Replay, programs: readonly string[]) {
    super();
    this.schedule = schedule.text;
    this.lines = Object.freeze(listing.trimEnd().split("\n"));
    this.steps = schedule.steps;
    this.violation = schedule.violation;
    this.programs = programs;
    Object.freeze(this);
  }

  /** One column a CPU, like a litmus test. */
  listing(): string {
    return `${this.lines.join("\n")}\n`;
  }

  /** One row a step, columns of the schema `schedule`; `sd.chart.swimlanes` draws it. */
  table(): ColumnTable {
    const { steps, violation } = this;
    return toTable("schedule", {
      turn: steps.map((_, i) => i + 1),
      cpu: steps.map(({ lane }) => lane),
      program: steps.map(({ lane }) => this.programs[lane]!),
      transition: steps.map(({ kind }) => kind),
      did: steps.map(({ text }) => text),
      saw: steps.map(({ saw }) => saw.replace(/^= /, "")),
      violates: steps.map((_, i) => (i === steps.length - 1 ? (violation?.property ?? "") : "")),
    });
  }

  describe(): string[] {
    return [...this.lines, `schedule ${this.schedule}`];
  }
}

/** A verdict. `sd.check` gives one. */
export class Verdict extends Value implements VerdictData {
  readonly kind = "verdict";
  readonly question: Question;
  readonly outcome: Outcome;
  readonly violation: Violation | null;
  readonly cap: Cap | null;
  readonly isBounded: boolean;
  readonly properties: readonly Property[];
  readonly bounds: readonly string[];
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  readonly bytes: number;
  readonly witnesses: Readonly<Witnesses>;
  readonly missing: readonly (keyof Witnesses)[];
  readonly schedule: string | null;

  /** Takes the data of a verdict; a plain clone is as good. Throws SD001–SD003 for other data. */
  constructor(data: VerdictData) {
    super();
    checkKeys("verdict", data, KEYS);
    this.question = question(data.question);
    this.outcome = checkOneOf("outcome", data.outcome, OUTCOMES);
    this.violation = data.violation === null ? null : deepFreeze({ ...data.violation });
    this.cap = data.cap;
    this.isBounded = data.isBounded;
    this.properties = Object.freeze([...data.properties]);
    this.bounds = Object.freeze([...data.bounds]);
    this.states = data.states;
    this.transitions = data.transitions;
    this.depth = data.depth;
    this.bytes = data.bytes;
    this.witnesses = deepFreeze({ ...data.witnesses });
    this.missing = Object.freeze([...data.missing]);
    this.schedule = data.schedule;
    Object.freeze(this);
  }

  /** The property that is violated; undefined where none is. */
  get property(): Property | undefined {
    return this.violation?.property;
  }

  /** A shortest schedule to the violation; undefined where none is violated. */
  counterexample(): Counterexample | undefined {
    return this.schedule === null ? undefined : replay(this.question, this.schedule);
  }

  describe(): string[] {
    const { missing } = this;
    return [
      this.headline(),
      ...this.question.describe().map((line) => `  ${line}`),
      ...(missing.length === 0 ? [] : [`  never happened: ${missing.join(", ")}`]),
      `  bounds: ${this.bounds.join("; ")}`,
      `  ${this.explored()}`,
      `  reductions: ${this.reductionNames()}`,
      ...(this.schedule === null ? [] : [`  schedule ${this.schedule}`]),
    ];
  }

  /** The same as an HTML fragment, which a notebook shows. */
  html(): string {
    const { outcome, missing, schedule } = this;
    return verdictHtml(outcome, this.headline(), [
      ["question", this.question.describe()],
      ...(missing.length === 0 ? [] : [["never happened", missing] as const]),
      ["bounds", this.bounds],
      ["explored", [this.explored(), `reductions: ${this.reductionNames()}`]],
      ...(schedule === null ? [] : [["schedule", [schedule]] as const]),
    ]);
  }

  private headline(): string {
    return `${this.outcome}${this.within()}: ${this.subject()}`;
  }

  private explored(): string {
    return `${this.states} states, ${this.transitions} transitions, depth ${this.depth}`;
  }

  private reductionNames(): string {
    const used = Object.entries(this.question.reductions).filter(([, is]) => is);
    return used.map(([name]) => name).join(", ") || "none";
  }

  /** How far the outcome goes, where that is not everything. */
  private within(): string {
    const { memoryModel, window, storeBuffer, budget } = this.question;
    if (this.cap !== null) return ` (${this.cap} ${budget[this.cap]} reached)`;
    if (this.outcome === "violated" || !this.isBounded) return "";
    if (memoryModel === "weak") return ` within windows of ${window} steps`;
    return ` within store buffers of ${storeBuffer} stores`;
  }

  private subject(): string {
    if (this.violation === null) return this.properties.join(", ");
    const { property, lane } = this.violation;
    return lane < 0 ? property : `${property} by CPU ${lane}`;
  }
}

Object.defineProperty(Verdict.prototype, Symbol.for("Jupyter.display"), {
  value(this: Verdict): Record<string, unknown> {
    return { "text/html": this.html(), "text/plain": this.toString() };
  },
});

const KEYS = [
  ...["kind", "question", "outcome", "violation", "cap", "isBounded", "properties", "bounds"],
  ...["states", "transitions", "depth", "bytes", "witnesses", "missing", "schedule"],
];

/** Follows a schedule of a question step by step. Throws SD006 for a text that is none of it. */
export function replay(asked: Question, schedule: string): Counterexample {
  const { spec } = systemOf(question(asked));
  const programs = spec.lanes.map(({ name }) => name);
  return new Counterexample(replaySchedule(spec, schedule), programs);
}
