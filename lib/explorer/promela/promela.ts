/**
 * A question as a Promela model for SPIN: the same memory, the same steps, one statement a step, so
 * that an exhaustive search without reductions finds the same verdict and as many states and
 * transitions as {@link explore} does with `merging` and `symmetry` off. P-UAF and P-ALIAS are
 * assertions, P-LIVE is SPIN's check of end states.
 *
 *     spin -o1 -o2 -o3 -a model.pml && gcc -O2 -DSAFETY -DNOREDUCE -o pan pan.c && ./pan -m9999999
 */
import { badProgram } from "../../base/messages.ts";
import type { Instruction, Routine } from "../instruction.ts";
import { SLOT_KIND } from "../liveness.ts";
import * as op from "../opcodes.ts";
import type { System, SystemSpec } from "../system.ts";
import { compileSystem } from "../system.ts";
import { instructionsOf } from "../uses.ts";
import { PromelaFrame } from "./frame.ts";
import { PromelaMemory } from "./memory.ts";
import { depthOf, leaveSection, mostArgs, waysOf } from "./steps.ts";

/**
 * The Promela text of a question. Throws SD007 for what has no form in it (hardware walkers, CPUs
 * that the hypervisor stops, invalidations under way, division), and what compiling throws.
 */
export function toPromela(spec: SystemSpec): string {
  const system = compileSystem(spec);
  refuseOthers(system);
  const memory = new PromelaMemory(system);
  const lanes = spec.lanes.flatMap((_, lane) => laneText(system, memory, lane));
  return [...globals(system, memory), ...lanes, ...buffers(system), ""].join("\n");
}

function refuseOthers({ spec, uses }: System): void {
  const refuse = (what: string): Error => badProgram("the question", `${what}: not in Promela`);
  if (spec.memoryModel !== "sc" && spec.memoryModel !== "x86-tso") throw refuse(spec.memoryModel);
  if (spec.hardwareWalkers === true) throw refuse("hardware walkers");
  if (spec.lanes.some(({ preemptions = 0 }) => preemptions > 0)) throw refuse("preemptions");
  if (spec.lanes.some(({ timer }) => timer !== undefined)) throw refuse("timers");
  if (spec.addressSpaces !== undefined) throw refuse("address spaces that are freed");
  if (uses.lanes.some(({ invalidates }) => invalidates.length > 0))
    throw refuse("broadcast invalidations");
}

function globals(system: System, memory: PromelaMemory): string[] {
  const { spec, uses } = system;
  const n = spec.lanes.length;
  const frame = frameOf(system, memory, 0, "t");
  const type = numberType(system);
  const graces = uses.lanes.some(({ waitsForReaders }) => waitsForReaders);
  const reads = graces || uses.lanes.some(({ readsUnderRcu }) => readsUnderRcu);
  const nmis = graces || spec.lanes.some(({ nmi }) => nmi !== undefined);
  const sends = uses.lanes.some((lane) => lane.sends);
  const entries = n * depthOf(frame);
  const declared = [
    [true, `/* mem: ${memory.meanings.join("; ")} */`],
    [true, `${type} mem[${memory.numbers.length}] = { ${memory.numbers.join(", ")} };`],
    [memory.bits.length > 0, `bit bits[${memory.bits.length}] = { ${memory.bits.join(", ")} };`],
    [true, `hidden int at; hidden ${type} old;`],
    [true, `bit irqOff[${n}];`],
    [reads, `bit rcu[${n}];`],
    [graces, `bit grace[${n * n}];`],
    [nmis, `bit nmi[${n}];`],
    [graces || sends, `bit handling[${n}];`],
    [sends, `bit pending[${n * n}]; byte callRoutine[${n}];`],
    [mostArgs(frame) > 0, `${type} callArgs[${n * mostArgs(frame)}];`],
    [frame.isTso, `byte count[${n}]; byte where[${entries}]; ${type} what[${entries}];`],
  ] as const;
  return declared.flatMap(([isUsed, text]) => (isUsed ? [text] : []));
}

/** Bytes where all values fit, else ints. */
function numberType({ code }: System): string {
  const makes = code.instructions.some(
    ({ opcode }) => opcode === op.COMPUTE || opcode === op.ATOMIC_ADD,
  );
  const fits = code.dictionary.values.every((value) => value >= 0 && value <= 255);
  return fits && !makes ? "byte" : "int";
}

function frameOf(
  system: System,
  memory: PromelaMemory,
  lane: number,
  letter: "t" | "h" | "n",
): PromelaFrame {
  const canHandle = system.uses.lanes[lane]!.isInterruptible;
  const hasNmi = system.spec.lanes[lane]!.nmi !== undefined;
  const busy = [
    letter === "t" && canHandle ? `!handling[${lane}]` : "",
    letter !== "n" && hasNmi ? `!nmi[${lane}]` : "",
  ];
  return new PromelaFrame({ system, memory, lane, letter, runs: all(...busy) });
}

/** All conditions that are not empty. */
function all(...conditions: readonly string[]): string {
  return conditions
    .filter((condition) => condition !== "")
    .map((condition) => (condition.includes("||") ? `(${condition})` : condition))
    .join(" && ");
}

/** One step: it can be taken when the condition holds, and does all at once. */
function atOnce(when: string, does: readonly string[]): string {
  const words = [...(when === "" ? [] : [`(${when})`]), ...does];
  return words.length === 0 ? "skip" : `d_step { ${words.join("; ")} }`;
}

function laneText(system: System, memory: PromelaMemory, lane: number): string[] {
  const { code, threads, nmis, handlers, uses } = system;
  const [thread, nmi] = [code.routines[threads[lane]!], code.routines[nmis[lane]!]];
  return [
    ...(thread === undefined ? [] : threadText(frameOf(system, memory, lane, "t"), thread)),
    ...(uses.lanes[lane]!.isInterruptible
      ? handlerText(frameOf(system, memory, lane, "h"), handlers)
      : []),
    ...(nmi === undefined ? [] : nmiText(frameOf(system, memory, lane, "n"), nmi)),
  ];
}

function threadText(frame: PromelaFrame, routine: Routine): string[] {
  const { system, lane } = frame.place;
  const { thread, args = {} } = system.spec.lanes[lane]!;
  const initial = new Map(
    routine.params.map(({ slot }, i) => [slot, args[thread!.params[i]!] ?? 0]),
  );
  return [
    `active proctype Thread${lane}() {`,
    ...registers(frame, [routine], initial),
    ...body(frame, routine, ["end_thread: false"]),
    "}",
  ];
}

/** Takes interrupts, one after the other, and runs what was sent. */
function handlerText(frame: PromelaFrame, handlers: readonly Routine[]): string[] {
  const { system, lane } = frame.place;
  const { routines } = system.code;
  const senders = frame
    .eachLane((sender) => String(sender))
    .filter((_, sender) => {
      return sender !== lane && system.uses.lanes[sender]!.sends;
    });
  const taken = senders.flatMap((sender) =>
    handlers.map((routine) => {
      const when = all(
        frame.place.runs,
        `!handling[${lane}] && !irqOff[${lane}]`,
        frame.drained,
        `pending[${Number(sender) * frame.lanes + lane}]`,
        `callRoutine[${sender}] == ${routines.indexOf(routine)}`,
      );
      const params = routine.params.map(({ slot, isCpu }, i) =>
        isCpu
          ? `${frame.cpuRegister(slot)} = ${Number(sender) + 1}`
          : `${frame.register(slot)} = callArgs[${Number(sender) * mostArgs(frame) + i}]`,
      );
      const does = [`handling[${lane}] = 1`, `from = ${sender}`, ...params];
      return `:: ${atOnce(when, does)}; goto h${routine.start}`;
    }),
  );
  const acknowledged = senders.map(
    (sender) => `:: from == ${sender} -> ${acknowledge(frame, Number(sender))}`,
  );
  const over = atOnce(all(frame.place.runs, frame.drained), [
    `if ${acknowledged.join(" ")} fi`,
    `handling[${lane}] = 0`,
    "from = 0",
    ...forgotten(frame, handlers),
    ...leaveSection(frame),
  ]);
  const end = [`if :: ${over}; goto end_idle fi`];
  return [
    `active proctype Handler${lane}() {`,
    "  byte from;",
    ...registers(frame, handlers, new Map()),
    "end_idle:",
    "  do",
    ...taken.map((text) => `  ${text}`),
    "  od;",
    ...handlers.flatMap((routine) => body(frame, routine, end)),
    "}",
  ];
}

/** The sender's call has run here; after the last one, the sender forgets what it was. */
function acknowledge(frame: PromelaFrame, sender: number): string {
  const bits = frame.eachLane((other) => `pending[${sender * frame.lanes + other}]`);
  const args = Array.from(
    { length: mostArgs(frame) },
    (_, i) => `callArgs[${sender * mostArgs(frame) + i}] = 0`,
  );
  const forgets = [`callRoutine[${sender}] = 0`, ...args].join("; ");
  const others = bits.join(" || ");
  return `${bits[frame.place.lane]} = 0; if :: (${others}) :: else -> ${forgets} fi`;
}

function nmiText(frame: PromelaFrame, routine: Routine): string[] {
  const { system, lane } = frame.place;
  const { nmi, nmiArgs = {} } = system.spec.lanes[lane]!;
  const params = routine.params.map(
    ({ slot }, i) => `${frame.register(slot)} = ${nmiArgs[nmi!.params[i]!] ?? 0}`,
  );
  const over = atOnce(frame.drained, [`nmi[${lane}] = 0`, ...leaveSection(frame)]);
  const end = [`if :: ${over} fi`, "end_over: false"];
  return [
    `active proctype Nmi${lane}() {`,
    ...registers(frame, [routine], new Map()),
    `end_nmi: if :: ${atOnce("", [`nmi[${lane}] = 1`, ...params])}; goto n${routine.start} fi;`,
    ...body(frame, routine, end),
    "}",
  ];
}

/** Every register of a frame is emptied. */
function forgotten(frame: PromelaFrame, routines: readonly Routine[]): string[] {
  const most = (of: "values" | "cpus" | "masks", kind: number): number[] =>
    Array.from(
      { length: Math.max(...routines.map((routine) => routine[of])) },
      (_, i) => kind * SLOT_KIND + i,
    );
  return frame.forget([...most("values", 0), ...most("cpus", 1), ...most("masks", 2)]);
}

/** Declarations of the registers of a frame. */
function registers(
  frame: PromelaFrame,
  routines: readonly Routine[],
  initial: ReadonlyMap<number, number>,
): string[] {
  const type = numberType(frame.place.system);
  const most = (of: "values" | "cpus" | "masks"): number[] =>
    Array.from({ length: Math.max(...routines.map((routine) => routine[of])) }, (_, i) => i);
  return [
    ...most("values").map((i) => `  ${type} ${frame.register(i)} = ${initial.get(i) ?? 0};`),
    ...most("cpus").map((i) => `  byte ${frame.cpuRegister(i)};`),
    ...most("masks").map((i) => `  bit ${frame.maskRegister(i)}[${frame.lanes}];`),
  ];
}

/** Instructions one after the other, each with its label. */
function body(frame: PromelaFrame, routine: Routine, end: readonly string[]): string[] {
  const { letter, system } = frame.place;
  return instructionsOf(system, routine).flatMap((instruction, i) => {
    const label = `${letter}${routine.start + i}:`;
    if (instruction.opcode === op.END) return [label, ...end.map((text) => `  ${text};`)];
    return [`${label} /* ${commentOf(instruction)} */`, ...stepText(frame, instruction)];
  });
}

function stepText(frame: PromelaFrame, instruction: Instruction): string[] {
  const { letter, runs } = frame.place;
  const ways = waysOf(frame, instruction).map(({ when, does, isJump = false }) => {
    const to = isJump ? instruction.target : instruction.next;
    const dead = isJump ? instruction.deadAtTarget : instruction.deadAtNext;
    const step = atOnce(all(runs, when), [...does, ...frame.forget(dead)]);
    return `${step}; goto ${letter}${to}`;
  });
  return ["  if", ...ways.map((way) => `  :: ${way}`), "  fi;"];
}

function commentOf({ text }: Instruction): string {
  return text.replaceAll("/*", "").replaceAll("*/", "").trim();
}

/** Stores leave the buffers, oldest first. */
function buffers({ spec, uses }: System): string[] {
  if (spec.memoryModel !== "x86-tso") return [];
  const depth = spec.bufferDepth ?? 2;
  const ways = spec.lanes.flatMap((_, lane) => {
    const { stores, marksTables } = uses.lanes[lane]!;
    if (stores.size === 0 && !marksTables) return [];
    const at = (i: number): number => lane * depth + i;
    const moved = Array.from({ length: depth - 1 }, (_, i) => [
      `where[${at(i)}] = where[${at(i + 1)}]`,
      `what[${at(i)}] = what[${at(i + 1)}]`,
    ]).flat();
    const last = [`where[${at(depth - 1)}] = 0`, `what[${at(depth - 1)}] = 0`];
    const seen = `mem[where[${at(0)}]] = what[${at(0)}]`;
    const does = [seen, ...moved, ...last, `count[${lane}] = count[${lane}] - 1`];
    return [`  :: ${atOnce(`count[${lane}] > 0`, does)}`];
  });
  if (ways.length === 0) return [];
  return ["active proctype Buffers() {", "end_buffers:", "  do", ...ways, "  od", "}"];
}
