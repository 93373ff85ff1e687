/** Steps to instructions: control flow becomes links, registers become slots. */
import { badProgram } from "../base/messages.ts";
import type { Condition, Operand, Program, Step, Variable } from "../steps/instructions.ts";
import { readOperands, writtenRegister } from "../steps/registers.ts";
import { eachStep } from "../steps/walk.ts";
import type { Dictionary } from "./dictionary.ts";
import { Drafter } from "./drafts.ts";
import type { Instruction, Routine } from "./instruction.ts";
import { allotSlots } from "./liveness.ts";
import * as op from "./opcodes.ts";

/** Numbers of CPUs are below this one, whichever CPUs they name. */
const MAX_CPUS = 8;

/** What a system keeps beside registers and variables. */
interface Kept {
  readonly roots?: boolean;
  readonly later?: number;
}

/** All routines of a question, in one array of instructions. */
export class Code {
  readonly instructions: Instruction[] = [];
  readonly routines: Routine[] = [];
  readonly dictionary: Dictionary;
  /** It is kept from which root table the hardware of a CPU walks. */
  readonly keepsRoots: boolean;
  /** What a clock may read instead of 0; 0: it stands still. */
  readonly later: number;
  private readonly variables: ReadonlyMap<
    string,
    { readonly number: number; readonly variable: Variable }
  >;
  private readonly known = new Map<string, number>();

  constructor(dictionary: Dictionary, variables: readonly Variable[], keeps: Kept = {}) {
    this.dictionary = dictionary;
    this.keepsRoots = keeps.roots ?? false;
    this.later = keeps.later ?? 0;
    this.variables = new Map(
      variables.map((variable, number) => [variable.name, { number, variable }]),
    );
  }

  /** The number of a program's routine; `cpuParams` are the parameters that hold a CPU. */
  load(program: Program, cpuParams: readonly string[] = []): number {
    const key = JSON.stringify([program, cpuParams]);
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const found = new Compiler(this, program, cpuParams).compile();
    const number = this.routines.push(found) - 1;
    this.known.set(key, number);
    return number;
  }

  /** A declared variable. Throws SD007 for one that is not. */
  variable(name: string): { readonly number: number; readonly variable: Variable } {
    const found = this.variables.get(name);
    if (found === undefined) throw badProgram("memory", `has no variable ${name}`);
    return found;
  }
}

class Compiler {
  private readonly code: Code;
  private readonly program: Program;
  private readonly cpuRegisters: ReadonlySet<string>;
  private readonly cpuParams: readonly string[];
  private readonly drafter: Drafter;
  private readonly sections: { label: string; leaves: number[] }[] = [];

  constructor(code: Code, program: Program, cpuParams: readonly string[]) {
    this.code = code;
    this.program = program;
    this.cpuParams = cpuParams;
    this.cpuRegisters = cpuRegistersOf(program, cpuParams);
    this.drafter = new Drafter(code, program.name, this.cpuRegisters);
  }

  compile(): Routine {
    this.openSection(this.program.name);
    this.body(this.program.steps);
    this.closeSection();
    this.drafter.emit(op.END, { name: "end", text: "end" });
    const { instructions } = this.code;
    const start = instructions.length;
    for (const { instruction } of this.drafter.drafts) {
      instruction.next += start;
      instruction.target += start;
      instructions.push(instruction);
    }
    passOverJumps(instructions, start);
    const params = this.program.params.map((name) => this.registerName(name));
    const slots = allotSlots(this.drafter.drafts, start, params);
    return {
      name: this.program.name,
      start,
      values: slots.counts.v,
      cpus: slots.counts.c,
      masks: slots.counts.m,
      params: this.program.params.map((name) => ({
        slot: slots.slotOf(this.registerName(name)),
        isCpu: this.cpuParams.includes(name),
      })),
    };
  }

  private body(steps: readonly Step[]): void {
    for (const step of steps) this.step(step);
  }

  private step(step: Step): void {
    if (this.registerStep(step) || this.memoryStep(step)) return;
    if (this.maskStep(step) || this.controlStep(step)) return;
    this.otherStep(step);
  }

  private registerStep(step: Step): boolean {
    switch (step.kind) {
      case "set":
        if (this.drafter.isCpu(step.into)) this.emitCpuSet(step, step.into, step.to);
        else this.drafter.emit(op.SET, { step, into: step.into, left: step.to });
        return true;
      case "compute":
        this.drafter.emit(op.COMPUTE, {
          step,
          into: step.into,
          left: step.left,
          right: step.right,
          word: step.op,
        });
        return true;
      case "clock":
        this.clock(step);
        return true;
      case "pick":
        if (typeof step.below === "number") {
          for (let i = 1; i < step.below; i++) this.code.dictionary.numberOf(i);
        }
        this.drafter.emit(op.PICK, { step, into: step.into, left: step.below });
        return true;
      default:
        return false;
    }
  }

  /** The clock stands still, or each look at it finds that any time may have passed. */
  private clock(step: Extract<Step, { kind: "clock" }>): void {
    const { later, dictionary } = this.code;
    const { into } = step;
    if (later === 0) {
      this.drafter.emit(op.SET, { step, into, left: 0 });
      return;
    }
    dictionary.numberOf(1);
    this.drafter.emit(op.PICK, { step, into, left: 2 });
    this.drafter.emit(op.COMPUTE, { step, into, left: into, right: later, word: "*" });
  }

  private memoryStep(step: Step): boolean {
    switch (step.kind) {
      case "load":
        this.drafter.emit(op.LOAD, { step, into: step.into, place: step.from, word: step.order });
        return true;
      case "store":
        this.drafter.emit(op.STORE, { step, left: step.value, place: step.to, word: step.order });
        return true;
      case "atomic": {
        const opcode = {
          exchange: op.EXCHANGE,
          add: op.ATOMIC_ADD,
          compareExchange: op.COMPARE_EXCHANGE,
        }[step.op];
        this.drafter.emit(opcode, {
          step,
          into: step.into,
          left: step.value,
          third: step.expected,
          place: step.at,
          word: step.order,
        });
        return true;
      }
      case "loadMask":
        this.drafter.emit(op.LOAD_MASK, {
          step,
          intoMask: step.into,
          place: step.from,
          word: "once",
        });
        return true;
      case "maskBit":
        this.drafter.emit(step.op === "set" ? op.BIT_SET : op.BIT_CLEAR, {
          step,
          cpu: step.cpu,
          place: step.at,
          word: step.order,
        });
        return true;
      case "testBit":
        this.drafter.emit(op.TEST_BIT, {
          step,
          into: step.into,
          cpu: step.cpu,
          place: step.from,
          word: "once",
        });
        return true;
      case "fence":
        this.drafter.emit(op.FENCE, { step, word: step.order });
        return true;
      default:
        return false;
    }
  }

  private maskStep(step: Step): boolean {
    switch (step.kind) {
      case "emptyMask":
        this.drafter.emit(op.MASK_EMPTY, { step, intoMask: step.mask });
        return true;
      case "copyMask":
        this.drafter.emit(op.MASK_COPY, { step, intoMask: step.into, mask: step.from });
        return true;
      case "addCpu":
      case "removeCpu":
        this.drafter.emit(step.kind === "addCpu" ? op.MASK_ADD : op.MASK_REMOVE, {
          step,
          changedMask: step.mask,
          cpu: step.cpu,
        });
        return true;
      case "removeMask":
        this.removeMask(step);
        return true;
      case "countMask":
        this.drafter.emit(op.MASK_COUNT, { step, into: step.into, mask: step.mask });
        return true;
      default:
        return false;
    }
  }

  /** One CPU after the other, in no order that could be noticed. */
  private removeMask(step: Extract<Step, { kind: "removeMask" }>): void {
    const [rest, cpu] = [`${step.mask} to lose`, `${step.mask} loses`];
    this.drafter.emit(op.MASK_COPY, { step, intoMask: rest, mask: step.from });
    const take = this.drafter.emit(op.MASK_TAKE, { step, intoCpu: cpu, changedMask: rest });
    this.drafter.emit(op.MASK_REMOVE, { step, changedMask: step.mask, cpu });
    this.jumpTo(take);
    this.land(take);
  }

  private controlStep(step: Step): boolean {
    switch (step.kind) {
      case "if":
        this.ifStep(step);
        return true;
      case "while": {
        const start = this.drafter.drafts.length;
        const exit = this.branch(step, step.condition);
        this.body(step.body);
        this.jumpTo(start);
        if (exit !== undefined) this.land(exit);
        return true;
      }
      case "forEachCpu": {
        const rest = `${step.into} left`;
        this.drafter.emit(op.MASK_COPY, { step, intoMask: rest, mask: step.mask });
        const take = this.drafter.emit(op.MASK_TAKE, {
          step,
          intoCpu: step.into,
          changedMask: rest,
        });
        this.body(step.body);
        this.jumpTo(take);
        this.land(take);
        return true;
      }
      case "section":
        this.openSection(step.label);
        this.body(step.body);
        this.closeSection();
        return true;
      case "leave":
        this.sections.findLast((open) => open.label === step.section)!.leaves.push(this.jump());
        return true;
      default:
        return false;
    }
  }

  private ifStep(step: Extract<Step, { kind: "if" }>): void {
    const skip = this.branch(step, step.condition);
    this.body(step.body);
    if (step.otherwise === undefined) {
      if (skip !== undefined) this.land(skip);
      return;
    }
    const done = this.jump();
    if (skip !== undefined) this.land(skip);
    this.body(step.otherwise);
    this.land(done);
  }

  /** The branch, or none where the condition always holds. */
  private branch(step: Step, { left, is, right }: Condition): number | undefined {
    if (left === right && is === "==") return undefined;
    if (this.drafter.isCpu(left) && typeof right === "number" && right >= MAX_CPUS) {
      return ["<", "<=", "!="].includes(is) ? undefined : this.jump();
    }
    if (this.drafter.isCpu(left) || this.drafter.isCpu(right)) {
      return this.drafter.emit(op.BRANCH_CPU, { step, cpu: left, otherCpu: right, relation: is });
    }
    return this.drafter.emit(op.BRANCH, { step, left, right, relation: is });
  }

  private otherStep(step: Step): void {
    switch (step.kind) {
      case "irqOff":
        this.drafter.emit(op.IRQ_OFF, { step });
        return;
      case "irqOn":
        this.drafter.emit(op.IRQ_ON, { step });
        return;
      case "crossCall":
        this.crossCall(step);
        return;
      case "awaitCalls":
        this.drafter.emit(op.AWAIT_CALLS, { step });
        return;
      case "rcuLock":
        this.drafter.emit(op.RCU_LOCK, { step });
        return;
      case "rcuUnlock":
        this.drafter.emit(op.RCU_UNLOCK, { step });
        return;
      case "gracePeriod":
        this.drafter.emit(op.GRACE_BEGIN, { step });
        this.drafter.emit(op.GRACE_END, { step });
        return;
      case "lock":
      case "unlock":
        this.drafter.emit(step.kind === "lock" ? op.LOCK : op.UNLOCK, { step, place: step.lock });
        return;
      case "flushLocal":
        this.drafter.emit(op.FLUSH_LOCAL, { step });
        return;
      case "flushBroadcast":
      case "flushComplete":
        this.drafter.emit(step.kind === "flushBroadcast" ? op.FLUSH_BROADCAST : op.FLUSH_COMPLETE, {
          step,
          word: step.kind === "flushBroadcast" ? scopeOf(step) : step.instruction,
        });
        return;
      case "flushCpus":
        this.drafter.emit(op.FLUSH_CPUS, { step, mask: step.mask });
        return;
      case "ghost":
        if (step.what === "loadRoot") {
          if (!this.code.keepsRoots) return; // hardware reads nothing: which root does not matter
          this.drafter.emit(op.LOAD_ROOT, { step, left: step.table, word: step.translations });
        } else if (step.what === "freeRoot")
          this.drafter.emit(op.FREE_ROOT, { step, left: step.table });
        else this.drafter.emit(op.GHOST, { step, left: step.table, word: step.what });
        return;
      case "hypercall": // whose translations it flushes is not said: `flushCpus` says so
      case "wake":
      case "sleep":
      case "runUser":
      case "awaitSleep":
        throw badProgram(this.program.name, `${step.kind} is not explored`);
      case "work":
      case "pause":
      case "countRow":
      case "tally":
      case "begin":
      case "end":
      case "trace":
        return; // time and counters: nothing that another CPU could notice
      default:
        throw badProgram(this.program.name, `${step.kind} is not explored`);
    }
  }

  private crossCall(step: Extract<Step, { kind: "crossCall" }>): void {
    const { handler, args } = step;
    const cpuParams = handler.params.filter((param) => this.drafter.isCpu(args[param]!));
    const number = this.code.load(handler, cpuParams);
    const values = handler.params.map((param) => args[param]!);
    this.drafter.emit(op.CROSS_CALL, { step, mask: step.mask, handler: number, args: values });
  }

  private emitCpuSet(step: Step, into: string, to: Operand): void {
    this.drafter.emit(op.CPU_SET, { step, intoCpu: into, cpu: to });
  }

  private registerName(name: string): string {
    return this.cpuRegisters.has(name) ? `c:${name}` : `v:${name}`;
  }

  private openSection(label: string): void {
    this.sections.push({ label, leaves: [] });
  }

  private closeSection(): void {
    for (const jump of this.sections.pop()!.leaves) this.land(jump);
  }

  private jump(): number {
    return this.drafter.emit(op.JUMP, { name: "goto", text: "goto" });
  }

  private jumpTo(target: number): void {
    this.drafter.drafts[this.jump()]!.instruction.target = target;
  }

  /** Makes an earlier instruction lead to the next one to come. */
  private land(from: number): void {
    this.drafter.drafts[from]!.instruction.target = this.drafter.drafts.length;
  }
}

/** What a broadcast invalidation reaches: a word of `SCOPES`. */
function scopeOf({ leafOnly, globalAsid }: Extract<Step, { kind: "flushBroadcast" }>): string {
  if (leafOnly === true) return "leafOnly";
  return globalAsid === true ? "globalAsid" : "all";
}

/** Links lead to what a jump leads to; a jump to itself is an endless loop and stays. */
function passOverJumps(instructions: readonly Instruction[], start: number): void {
  const behind = (from: number): number => {
    let to = from;
    for (let i = 0; i < instructions.length && instructions[to]?.opcode === op.JUMP; i++) {
      to = instructions[to]!.target;
    }
    return to;
  };
  for (const instruction of instructions.slice(start)) {
    instruction.next = behind(instruction.next);
    instruction.target = behind(instruction.target);
  }
}

/** Registers that hold CPUs: loop variables over masks, `self`, and what is copied from them. */
function cpuRegistersOf(program: Program, cpuParams: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>(cpuParams);
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    eachStep(program.steps, (step) => {
      if (step.kind === "forEachCpu") found.add(step.into);
      if (step.kind !== "set") return;
      const [from] = readOperands(step);
      if (from === "self" || found.has(String(from))) found.add(writtenRegister(step)!);
    });
  }
  return found;
}
