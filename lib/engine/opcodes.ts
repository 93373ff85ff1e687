/**
 * Machine words of assembled programs. A program is data; for the engine each step becomes one word
 * of {@link WORD} integers: opcode, five operands, cost in ns, and a second cost where the step has
 * one (a line owned by another CPU).
 *
 * An operand is a register when it is >= 0, and constant number −1 − x when it is negative.
 */

/** Integers per word. */
export const WORD = 8;
/** Position of the cost (ns) in a word. */
export const COST = 6;
/** Position of the second cost (ns): the same access when another CPU owns the line. */
export const REMOTE_COST = 7;

/** Frequent steps that only this CPU can notice, and reads of variables that others write. */
export const DELAY = 0;
export const WORK = 1;
export const LOAD_OWN = 2;
export const STORE_OWN = 3;
export const LOAD_SHARED = 4;
export const JUMP = 5;
export const IRQ_OFF = 6;
export const IRQ_ON = 7;
export const UNLESS_EQ = 8;
export const UNLESS_NE = 9;
export const UNLESS_LT = 10;
export const UNLESS_LE = 11;
export const UNLESS_GT = 12;
export const UNLESS_GE = 13;

/** Other steps that only this CPU can notice: registers, pauses, counters. */
export const SET = 14;
export const ADD = 15;
export const SUBTRACT = 16;
export const MULTIPLY = 17;
export const DIVIDE = 18;
export const REMAINDER = 19;
export const MINIMUM = 20;
export const MAXIMUM = 21;
export const PICK = 22;
export const PAUSE_UNIFORM = 23;
export const PAUSE_EXPONENTIAL = 24;
export const BEGIN = 25;
export const END = 26;
export const TALLY = 27;
export const COUNT_ROW = 28;
export const CLOCK_NS = 29;
export const CLOCK_JIFFIES = 30;
export const TRACE = 31;

/** Mask registers. */
export const MASK_EMPTY = 32;
export const MASK_COPY = 33;
export const MASK_ADD = 34;
export const MASK_REMOVE = 35;
export const MASK_COUNT = 36;
export const MASK_NEXT = 37;

/** Steps that touch other CPUs: real events, never run ahead of time. */
export const FIRST_INTERACTION = 38;
export const LOAD_REMOTE = 38;
export const STORE_SHARED = 39;
export const EXCHANGE = 40;
export const ATOMIC_ADD = 41;
export const COMPARE_EXCHANGE = 42;
export const LOAD_MASK = 43;
export const MASK_BIT_SET = 44;
export const MASK_BIT_CLEAR = 45;
export const TEST_BIT = 46;
export const CROSS_CALL = 47;
export const AWAIT_CALLS = 48;
export const WAKE = 49;
export const SLEEP = 50;
export const AWAIT_SLEEP = 51;
export const LOCK = 52;
export const UNLOCK = 53;
export const FINISH = 54;
