/**
 * What the words of assembled programs do. Interpreters switch over literals, because a jump table
 * is built from nothing else; a test compares the literals with these names.
 */

/** Frequent steps that only this CPU can notice, and reads of variables that others write. */
export const DELAY = 0;
export const WORK = 1;
export const LOAD = 2;
export const STORE_OWN = 3;
export const UNLESS_EQ = 5;
export const UNLESS_NE = 6;
export const UNLESS_LT = 7;
export const IRQ_OFF = 8;
export const IRQ_ON = 9;
export const ADD = 10;
export const BEGIN = 11;
export const END = 12;
export const TALLY = 13;
export const PAUSE_EXPONENTIAL = 14;
export const PAUSE_UNIFORM = 15;
export const PICK = 4;

/** From here on, rarer ones, which take no time. */
export const FIRST_RARE = 16;
/** Comparison, arithmetic, counters, clocks. */
export const UNLESS_LE = 16;
export const SUBTRACT = 17;
export const MULTIPLY = 18;
export const DIVIDE = 19;
export const REMAINDER = 20;
export const MINIMUM = 21;
export const MAXIMUM = 22;
export const COUNT_ROW = 23;
export const TALLY_SLOT = 29;
export const CLOCK_NS = 24;
export const CLOCK_JIFFIES = 25;
export const TRACE = 26;
/** Carries an argument of the cross call before it; never run. */
export const ARGUMENT = 27;
/** Leads on to its target; links pass over it. */
export const JUMP = 28;

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
