/**
 * Machine words of assembled programs. A program is data; for the engine each step becomes one word
 * of {@link WORD} integers. Every field has the same place in all words, so that the interpreter can
 * fetch operands before it knows the opcode. Operands are slots of the frame; constants have slots too.
 */

/** Integers per word. */
export const WORD = 8;
/** The slot that receives a result. */
export const INTO = 1;
/** The slots of the first and second operand. */
export const LEFT = 2;
export const RIGHT = 3;
/** Where a jump goes, the base address of a variable, or the number behind a name. */
export const EXTRA = 4;
/** A mask register, a further operand, or the ns of one unit of work. */
export const MORE = 5;
/** What the step takes, ns. */
export const COST = 6;
/** What the same access takes when another CPU owns the line, ns. */
export const REMOTE_COST = 7;

/** Frequent steps that only this CPU can notice, and reads of variables that others write. */
export const DELAY = 0;
export const WORK = 1;
export const STORE_OWN = 2;
export const LOAD_SHARED = 3;
export const JUMP = 4;
export const UNLESS_EQ = 5;
export const UNLESS_NE = 6;
export const IRQ_OFF = 7;
export const IRQ_ON = 8;
export const ADD = 9;
export const BEGIN = 10;
export const END = 11;
export const TALLY = 12;
export const PAUSE_EXPONENTIAL = 13;

/** Rarer ones: comparisons, registers, pauses, counters. */
export const UNLESS_LT = 14;
export const UNLESS_LE = 15;
export const UNLESS_GT = 16;
export const UNLESS_GE = 17;
export const LOAD_OWN = 18;
export const SET = 19;
export const SUBTRACT = 20;
export const MULTIPLY = 21;
export const DIVIDE = 22;
export const REMAINDER = 23;
export const MINIMUM = 24;
export const MAXIMUM = 25;
export const PICK = 26;
export const PAUSE_UNIFORM = 27;
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

/** From here on, steps that touch other CPUs: real events, never run ahead of time. */
export const FIRST_INTERACTION = 38;

/** Memory that others share, cross calls, scheduling, the end. */
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
