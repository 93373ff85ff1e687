/**
 * What the words of assembled programs do. Interpreters switch over literals, because a jump table
 * is built from nothing else; a test compares the literals with these names.
 */

// Frequent steps that only this CPU can notice, and reads of variables that others write.

/** Time passes: the cost of the word. */
export const DELAY = 0;
/** Time passes: a cost times an operand. */
export const WORK = 1;
/** A variable that nobody must be asked about: own, or brought up to date by its writers. */
export const LOAD = 2;
/** A variable of this CPU is written. */
export const STORE_OWN = 3;
/** An integer below an operand is drawn. */
export const PICK = 4;
/** Goes to the target unless left == right. */
export const UNLESS_EQ = 5;
/** Goes to the target unless left != right. */
export const UNLESS_NE = 6;
/** Goes to the target unless left < right. */
export const UNLESS_LT = 7;
/** Interrupts are masked. */
export const IRQ_OFF = 8;
/** Interrupts are unmasked; a pending one is taken. */
export const IRQ_ON = 9;
/** A sum. */
export const ADD = 10;
/** A stop-watch starts. */
export const BEGIN = 11;
/** A stop-watch stops and is recorded. */
export const END = 12;
/** A counter grows by a number known beforehand. */
export const TALLY = 13;
/** Time passes: drawn, exponential. */
export const PAUSE_EXPONENTIAL = 14;
/** Time passes: drawn, uniform. */
export const PAUSE_UNIFORM = 15;

/** From here on, rarer ones, which take no time. */
export const FIRST_RARE = 16;

// Comparison, arithmetic, counters, clocks.

/** Goes to the target unless left <= right. */
export const UNLESS_LE = 16;
/** A difference. */
export const SUBTRACT = 17;
/** A product. */
export const MULTIPLY = 18;
/** A quotient, rounded down. */
export const DIVIDE = 19;
/** A remainder. */
export const REMAINDER = 20;
/** The smaller operand. */
export const MINIMUM = 21;
/** The larger operand. */
export const MAXIMUM = 22;
/** An interrupt row of this CPU grows by one. */
export const COUNT_ROW = 23;
/** A counter grows by an operand. */
export const TALLY_SLOT = 29;
/** The time, ns. */
export const CLOCK_NS = 24;
/** The time, jiffies. */
export const CLOCK_JIFFIES = 25;
/** A trace event. */
export const TRACE = 26;
/** Carries an argument of the cross call before it; never run. */
export const ARGUMENT = 27;
/** Leads on to its target; links pass over it. */
export const JUMP = 28;

// Mask registers.

/** A mask register loses the CPUs of another one. */
export const MASK_ANDNOT = 31;
/** A mask register is emptied. */
export const MASK_EMPTY = 32;
/** A mask register is copied. */
export const MASK_COPY = 33;
/** A CPU joins a mask register. */
export const MASK_ADD = 34;
/** A CPU leaves a mask register. */
export const MASK_REMOVE = 35;
/** CPUs of a mask register. */
export const MASK_COUNT = 36;
/** The next CPU of a mask register, or on to the target. */
export const MASK_NEXT = 37;

/** From here on, steps that touch other CPUs: real events, never run ahead of time. */
export const FIRST_INTERACTION = 38;

// Memory that others share, cross calls, scheduling, the end.

/** A variable of another CPU, which is brought up to date first. */
export const LOAD_REMOTE = 38;
/** A shared variable is written; its readers are brought up to date first. */
export const STORE_SHARED = 39;
/** Atomic exchange. */
export const EXCHANGE = 40;
/** Atomic addition. */
export const ATOMIC_ADD = 41;
/** Atomic compare and exchange. */
export const COMPARE_EXCHANGE = 42;
/** A mask kept in memory is read. */
export const LOAD_MASK = 43;
/** A bit of a mask kept in memory is set. */
export const MASK_BIT_SET = 44;
/** A bit of a mask kept in memory is cleared. */
export const MASK_BIT_CLEAR = 45;
/** A bit of a mask kept in memory is read. */
export const TEST_BIT = 46;
/** A function is queued on other CPUs. */
export const CROSS_CALL = 47;
/** Waits until the queued functions have run. */
export const AWAIT_CALLS = 48;
/** A sleeping thread is woken. */
export const WAKE = 49;
/** The thread sleeps. */
export const SLEEP = 50;
/** Waits until another thread sleeps. */
export const AWAIT_SLEEP = 51;
/** A spin lock is taken. */
export const LOCK = 52;
/** A spin lock is given back. */
export const UNLOCK = 53;
/** The program ends. */
export const FINISH = 54;
/** The thread runs user code until it is kicked. */
export const RUN_USER = 55;
/** A broadcast invalidation, or the wait for those of this CPU. */
export const BROADCAST_FLUSH = 56;
