/**
 * Instructions in Promela: for each the ways in which it can be taken, each one a condition, what
 * it does, and where it goes on. Mirrors registers.ts, memory.ts, sharedSteps.ts and calls.ts.
 */
import { DETACHED, EXCLUSIVE, FREED, REUSED } from "../fields.ts";
import type { Instruction } from "../instruction.ts";
import { SELF } from "../instruction.ts";
import * as op from "../opcodes.ts";
import { isPlainStore } from "../uses.ts";
import type { PromelaFrame } from "./frame.ts";

/** One way to take an instruction. */
export interface PromelaWay {
  /** What must hold; empty: always. */
  readonly when: string;
  readonly does: readonly string[];
  readonly isJump?: boolean;
}

/** The ways of an instruction. Throws SD007 for one that has no form in Promela. */
export function waysOf(frame: PromelaFrame, instruction: Instruction): readonly PromelaWay[] {
  const { opcode } = instruction;
  if (opcode <= op.LAST_LOCAL) return localWays(frame, instruction);
  if (opcode <= op.FENCE) return memoryWays(frame, instruction);
  return otherWays(frame, instruction);
}

function one(when: string, ...does: string[]): readonly PromelaWay[] {
  return [{ when, does }];
}

function branch(condition: string): readonly PromelaWay[] {
  return [
    { when: condition, does: [] },
    { when: `!(${condition})`, does: [], isJump: true },
  ];
}

function localWays(frame: PromelaFrame, instruction: Instruction): readonly PromelaWay[] {
  const { opcode, into, left, right, relation } = instruction;
  const target = into < 0 ? [] : [frame.register(into)];
  switch (opcode) {
    case op.SET:
      return one("", ...target.map((name) => `${name} = ${frame.value(left)}`));
    case op.COMPUTE:
      return one("", ...target.map((name) => `${name} = ${arithmetic(frame, instruction)}`));
    case op.PICK: {
      if (left >= 0) throw frame.refuse(instruction);
      const below = Math.max(1, Number(frame.value(left)));
      return Array.from({ length: below }, (_, value) => ({
        when: "",
        does: target.map((name) => `${name} = ${value}`),
      }));
    }
    case op.BRANCH:
      return branch(`${frame.value(left)} ${relation} ${frame.value(right)}`);
    case op.BRANCH_CPU:
      return branch(`${frame.cpu(left)} ${relation} ${frame.cpu(right)}`);
    case op.CPU_SET:
      return one("", `${frame.cpuRegister(into)} = ${frame.cpu(left)} + 1`);
    case op.MASK_COUNT: {
      const bits = frame.eachLane((lane) => frame.inMask(right, lane)).join(" + ");
      return one("", ...target.map((name) => `${name} = ${bits}`));
    }
    case op.MASK_TAKE:
      return takeWays(frame, instruction);
    case op.JUMP:
      return [{ when: "", does: [], isJump: true }];
    case op.IRQ_ON:
      throw frame.refuse(instruction);
    default:
      return maskWays(frame, instruction);
  }
}

function maskWays(frame: PromelaFrame, instruction: Instruction): readonly PromelaWay[] {
  const { opcode, into, left, right } = instruction;
  const mask = frame.maskRegister(into);
  if (opcode === op.MASK_ADD) return one("", `${mask}[${frame.cpu(left)}] = 1`);
  if (opcode === op.MASK_REMOVE) return one("", `${mask}[${frame.cpu(left)}] = 0`);
  const bit = (lane: number): string => (opcode === op.MASK_COPY ? frame.inMask(right, lane) : "0");
  return one("", ...frame.eachLane((lane) => `${mask}[${lane}] = ${bit(lane)}`));
}

/** In order, as for_each_cpu does. */
function takeWays(frame: PromelaFrame, { into, left }: Instruction): readonly PromelaWay[] {
  const mask = frame.maskRegister(left);
  const bits = frame.eachLane((lane) => `${mask}[${lane}]`);
  const none = bits.map((bit) => `!${bit}`);
  const ways = bits.map((bit, lane) => ({
    when: [...none.slice(0, lane), bit].join(" && "),
    does: [`${bit} = 0`, `${frame.cpuRegister(into)} = ${lane + 1}`],
  }));
  return [...ways, { when: none.join(" && "), does: [], isJump: true }];
}

function arithmetic(frame: PromelaFrame, instruction: Instruction): string {
  const [left, right] = [frame.value(instruction.left), frame.value(instruction.right)];
  switch (instruction.word) {
    case "min":
      return `(${left} < ${right} -> ${left} : ${right})`;
    case "max":
      return `(${left} > ${right} -> ${left} : ${right})`;
    case "/":
      throw frame.refuse(instruction); // Promela rounds towards 0
    default:
      return `${left} ${instruction.word} ${right}`;
  }
}

function memoryWays(frame: PromelaFrame, instruction: Instruction): readonly PromelaWay[] {
  const { opcode, into, left, word, place } = instruction;
  if (isPlainStore(instruction)) {
    const number = opcode === op.UNLOCK ? "0" : frame.value(left);
    return storeWays(frame, frame.address(place!), number);
  }
  switch (opcode) {
    case op.LOAD:
      return into < 0
        ? one("")
        : one("", `${frame.register(into)} = ${loaded(frame, instruction)}`);
    case op.EXCHANGE:
    case op.ATOMIC_ADD:
    case op.COMPARE_EXCHANGE:
      return atomicWays(frame, instruction);
    case op.FENCE:
      return one(word === "full" ? frame.drained : "");
    default:
      return bitWays(frame, instruction);
  }
}

/** What a CPU reads: its newest buffered store of the place, or memory. */
function loaded(frame: PromelaFrame, { place }: Instruction): string {
  const address = frame.address(place!);
  if (!frame.isTso) return `mem[${address}]`;
  const { lane } = frame.place;
  let text = `mem[${address}]`;
  for (let i = 0; i < depthOf(frame); i++) {
    const at = lane * depthOf(frame) + i;
    text = `((count[${lane}] > ${i} && where[${at}] == ${address}) -> what[${at}] : ${text})`;
  }
  return text;
}

function storeWays(frame: PromelaFrame, address: string, number: string): readonly PromelaWay[] {
  if (!frame.isTso) return one("", `mem[${address}] = ${number}`);
  const { lane } = frame.place;
  const depth = depthOf(frame);
  const next = `${lane * depth} + count[${lane}]`;
  return one(
    `count[${lane}] < ${depth}`,
    `where[${next}] = ${address}`,
    `what[${next}] = ${number}`,
    `count[${lane}] = count[${lane}] + 1`,
  );
}

function atomicWays(frame: PromelaFrame, instruction: Instruction): readonly PromelaWay[] {
  const { opcode, into, left, third, word, place } = instruction;
  const address = frame.address(place!);
  const value = frame.value(left);
  const changed = {
    [op.EXCHANGE]: value,
    [op.ATOMIC_ADD]: `old + ${value}`,
    [op.COMPARE_EXCHANGE]: `(old == ${frame.value(third)} -> ${value} : old)`,
  }[opcode]!;
  const does = [`at = ${address}`, "old = mem[at]", `mem[at] = ${changed}`];
  const found = opcode === op.ATOMIC_ADD ? "mem[at]" : "old";
  if (into >= 0) does.push(`${frame.register(into)} = ${found}`);
  return one(word === "relaxed" ? notBuffered(frame, address) : frame.drained, ...does);
}

/** None of the CPU's buffered stores is to that place. */
function notBuffered(frame: PromelaFrame, address: string): string {
  if (!frame.isTso) return "";
  const { lane } = frame.place;
  return Array.from({ length: depthOf(frame) }, (_, i) => {
    const at = lane * depthOf(frame) + i;
    return `!(count[${lane}] > ${i} && where[${at}] == ${address})`;
  }).join(" && ");
}

function bitWays(frame: PromelaFrame, instruction: Instruction): readonly PromelaWay[] {
  const { opcode, into, left, place } = instruction;
  const first = frame.bits(place!);
  if (opcode === op.LOAD_MASK) {
    const mask = frame.maskRegister(into);
    return one("", ...frame.eachLane((lane) => `${mask}[${lane}] = bits[${first} + ${lane}]`));
  }
  const bit = `bits[${first} + ${frame.cpu(left)}]`;
  if (opcode === op.TEST_BIT) {
    return into < 0 ? one("") : one("", `${frame.register(into)} = ${bit}`);
  }
  return one(frame.drained, `${bit} = ${opcode === op.BIT_SET ? 1 : 0}`);
}

function otherWays(frame: PromelaFrame, instruction: Instruction): readonly PromelaWay[] {
  const { lane, letter } = frame.place;
  switch (instruction.opcode) {
    case op.IRQ_OFF:
      return letter === "t" ? one("", `irqOff[${lane}] = 1`) : one("");
    case op.IRQ_ON:
      return letter === "t" ? one("", `irqOff[${lane}] = 0`, ...leaveSection(frame)) : one("");
    case op.RCU_LOCK:
      return one("", `rcu[${lane}] = 1`);
    case op.RCU_UNLOCK:
      return one("", `rcu[${lane}] = 0`, ...leaveSection(frame));
    case op.CROSS_CALL:
      return callWays(frame, instruction);
    case op.AWAIT_CALLS:
      return one(nobody(frame, "pending"));
    case op.GRACE_BEGIN:
      return one(frame.drained, ...frame.eachLane((other) => graceBegin(frame, other)));
    case op.GRACE_END:
      return one(nobody(frame, "grace"));
    case op.LOCK: {
      const lock = `mem[${frame.address(instruction.place!)}]`;
      return one([frame.drained, `${lock} == 0`].filter(Boolean).join(" && "), `${lock} = 1`);
    }
    case op.UNLOCK:
      return memoryWays(frame, instruction);
    case op.FLUSH_LOCAL:
      return one(""); // without hardware walkers there are no translations
    case op.FLUSH_CPUS:
      return one(frame.drained);
    case op.GHOST:
      return ghostWays(frame, instruction);
    default:
      throw frame.refuse(instruction);
  }
}

/** A note of this CPU about others is set for nobody. */
function nobody(frame: PromelaFrame, note: string): string {
  const first = frame.place.lane * frame.lanes;
  return frame.eachLane((other) => `!${note}[${first + other}]`).join(" && ");
}

function graceBegin(frame: PromelaFrame, other: number): string {
  const { lane } = frame.place;
  const reads = `irqOff[${other}] || rcu[${other}] || handling[${other}] || nmi[${other}]`;
  return `grace[${lane * frame.lanes + other}] = ${other === lane ? "0" : `(${reads})`}`;
}

/** Grace periods wait no longer for a CPU that has left its read sections. */
export function leaveSection(frame: PromelaFrame): string[] {
  const { system, lane } = frame.place;
  if (!system.uses.lanes.some(({ waitsForReaders }) => waitsForReaders)) return [];
  const cleared = frame.eachLane((waiter) => `grace[${waiter * frame.lanes + lane}] = 0`);
  const reads = `irqOff[${lane}] || rcu[${lane}] || handling[${lane}] || nmi[${lane}]`;
  return [`if :: (${reads}) :: else -> ${cleared.join("; ")} fi`];
}

function callWays(frame: PromelaFrame, instruction: Instruction): readonly PromelaWay[] {
  const { lane, system } = frame.place;
  const { handler, args, right } = instruction;
  const others = frame.eachLane((other) => (other === lane ? "0" : frame.inMask(right, other)));
  const some = `(${others.join(" || ")})`;
  const { params } = system.code.routines[handler]!;
  const values = args.flatMap((arg, i) =>
    params[i]!.isCpu
      ? []
      : [`callArgs[${lane * mostArgs(frame) + i}] = ${arg === SELF ? "0" : frame.value(arg)}`],
  );
  const first = lane * frame.lanes;
  return [
    { when: `!${some}`, does: [] },
    {
      when: [some, frame.drained, nobody(frame, "pending")].filter(Boolean).join(" && "),
      does: [
        `callRoutine[${lane}] = ${handler}`,
        ...values,
        ...others.map((isTarget, other) => `pending[${first + other}] = ${isTarget}`),
      ],
    },
  ];
}

/** Most parameters of a handler. */
export function mostArgs(frame: PromelaFrame): number {
  const { handlers } = frame.place.system;
  return handlers.reduce((most, { params }) => Math.max(most, params.length), 0);
}

/** Entries of a store buffer. */
export function depthOf(frame: PromelaFrame): number {
  return frame.place.system.spec.bufferDepth ?? 2;
}

const MARKS: Readonly<Record<string, number>> = {
  detach: DETACHED,
  free: FREED,
  reuse: REUSED,
  exclusive: EXCLUSIVE,
};

function ghostWays(frame: PromelaFrame, instruction: Instruction): readonly PromelaWay[] {
  const table = frame.value(instruction.left);
  const address = `${frame.place.memory.tables} + ${table}`;
  switch (instruction.word) {
    case "walk":
    case "use":
    case "translate":
      return one("", `assert(mem[${address}] < ${FREED})`);
    default: {
      const mark = MARKS[instruction.word];
      if (mark === undefined) throw frame.refuse(instruction);
      return storeWays(frame, address, String(mark));
    }
  }
}
