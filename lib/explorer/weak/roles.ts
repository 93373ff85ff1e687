/**
 * What each kind of instruction is to a window. A kind that nobody has thought about has no role,
 * and a program with one is refused: taken for a barrier, it would hide what the hardware can do.
 */
import { badProgram, impossible } from "../../base/messages.ts";
import type { Instruction } from "../instruction.ts";
import * as op from "../opcodes.ts";

/** The part that an instruction plays. */
export type Role =
  /** Registers: worked out whenever the window is walked. */
  | "register"
  /** Reads or writes memory: an item of the window. */
  | "access"
  | "fence"
  /** Sends, after everything before it is done; to nobody it does nothing. */
  | "call"
  /** Waits for calls; nothing to wait for, it does nothing. */
  | "await"
  /** Waits until everything before it is done, and lets nothing pass. */
  | "barrier"
  /** Waits until everything before it is done, but later instructions may pass it. */
  | "passed";

const ROLES: Readonly<Partial<Record<number, Role>>> = {
  ...all("register", op.SET, op.COMPUTE, op.PICK, op.BRANCH, op.BRANCH_CPU, op.CPU_SET, op.JUMP),
  ...all("register", op.MASK_EMPTY, op.MASK_COPY, op.MASK_ADD, op.MASK_REMOVE, op.MASK_COUNT),
  ...all("register", op.MASK_TAKE),
  ...all("access", op.LOAD, op.STORE, op.EXCHANGE, op.ATOMIC_ADD, op.COMPARE_EXCHANGE),
  ...all("access", op.LOAD_MASK, op.BIT_SET, op.BIT_CLEAR, op.TEST_BIT),
  ...all("access", op.LOCK, op.UNLOCK, op.GHOST, op.LOAD_ROOT),
  ...all("fence", op.FENCE),
  ...all("call", op.CROSS_CALL),
  ...all("await", op.AWAIT_CALLS),
  ...all("barrier", op.GRACE_BEGIN, op.GRACE_END, op.FLUSH_COMPLETE, op.FLUSH_CPUS, op.END),
  ...all("barrier", op.FREE_ROOT),
  ...all("passed", op.IRQ_OFF, op.IRQ_ON, op.RCU_LOCK, op.RCU_UNLOCK),
  ...all("passed", op.FLUSH_LOCAL, op.FLUSH_BROADCAST),
};

function all(role: Role, ...opcodes: readonly number[]): Readonly<Partial<Record<number, Role>>> {
  return Object.fromEntries(opcodes.map((opcode) => [opcode, role]));
}

/** What may happen to a page table under this model; other events need translations. */
const EVENTS: ReadonlySet<string> = new Set([
  ...["walk", "use", "translate", "detach", "free", "reuse", "exclusive"],
]);

/** The role of a kind of instruction; undefined where it has none. */
export function roleOf(opcode: number): Role | undefined {
  return ROLES[opcode];
}

/** Throws SD007 for an instruction without a role, SD004 where translations would be explored. */
export function checkWeak(
  instructions: readonly Instruction[],
  { hardwareWalkers }: { readonly hardwareWalkers?: boolean },
): void {
  if (hardwareWalkers === true) {
    throw impossible("memoryModel", "weak", "translations are explored under sc and x86-tso");
  }
  for (const { opcode, name, word } of instructions) {
    const isKnown = opcode === op.GHOST ? EVENTS.has(word) : roleOf(opcode) !== undefined;
    if (!isKnown) throw badProgram(name, "is not explored under the weak model");
  }
}
