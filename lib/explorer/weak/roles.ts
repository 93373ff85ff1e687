/**
 * What each kind of instruction is to a window. A kind that nobody has thought about has no role,
 * and a program with one is refused: taken for a barrier, it would hide what the hardware can do.
 */
import { badProgram } from "../../base/messages.ts";
import type { Instruction } from "../instruction.ts";
import * as op from "../opcodes.ts";

/** The part that an instruction plays. */
export type Role =
  /** Registers: worked out whenever the window is walked. */
  | "register"
  /**
   * Reads or writes memory, or is ordered as a store is, such as an invalidation that is sent: an
   * item of the window.
   */
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
  ...all("access", op.FLUSH_BROADCAST),
  ...all("passed", op.FLUSH_LOCAL),
};

function all(role: Role, ...opcodes: readonly number[]): Readonly<Partial<Record<number, Role>>> {
  return Object.fromEntries(opcodes.map((opcode) => [opcode, role]));
}

/** What may happen to a page table, or to a page, under this model. */
const EVENTS: ReadonlySet<string> = new Set([
  ...["walk", "use", "translate", "detach", "free", "reuse", "exclusive"],
  ...["access", "revoke", "writePage", "freePage"],
]);

/** The role of a kind of instruction; undefined where it has none. */
export function roleOf(opcode: number): Role | undefined {
  return ROLES[opcode];
}

/**
 * Whether nothing passes an instruction. A local flush is a barrier where there are translations,
 * as INVLPG and a write of CR3, TLBI with its DSB, and tlbiel with its ptesync are.
 */
export function holdsBackAll(opcode: number, hardwareWalkers: boolean): boolean {
  return opcode === op.FLUSH_LOCAL ? hardwareWalkers : roleOf(opcode) !== "passed";
}

/** Throws SD007 for an instruction without a role. */
export function checkWeak(instructions: readonly Instruction[]): void {
  for (const { opcode, name, word } of instructions) {
    const isKnown = opcode === op.GHOST ? EVENTS.has(word) : roleOf(opcode) !== undefined;
    if (!isKnown) throw badProgram(name, "is not explored under the weak model");
  }
}
