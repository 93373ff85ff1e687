/** What the instructions of explored programs do. One number a kind; see instruction.ts. */

// Registers: only the CPU itself can notice.

/** A register gets a value. */
export const SET = 0;
/** Arithmetic on two values. */
export const COMPUTE = 1;
/** Any value below an operand. */
export const PICK = 2;
/** Goes on where the relation holds, to the target otherwise. */
export const BRANCH = 3;
/** The same for two CPUs. */
export const BRANCH_CPU = 4;
/** A register gets a CPU. */
export const CPU_SET = 5;
/** A mask register is emptied. */
export const MASK_EMPTY = 6;
/** A mask register is copied. */
export const MASK_COPY = 7;
/** A CPU joins a mask register. */
export const MASK_ADD = 8;
/** A CPU leaves a mask register. */
export const MASK_REMOVE = 9;
/** CPUs of a mask register. */
export const MASK_COUNT = 10;
/** Takes a CPU out of a mask register, or goes to the target when it is empty. */
export const MASK_TAKE = 11;
/** Goes to the target. */
export const JUMP = 12;
/** The last one of the register instructions. */
export const LAST_LOCAL = 12;

// Memory.

/** A variable is read. */
export const LOAD = 13;
/** A variable is written. */
export const STORE = 14;
/** Atomic exchange. */
export const EXCHANGE = 15;
/** Atomic addition. */
export const ATOMIC_ADD = 16;
/** Atomic compare and exchange. */
export const COMPARE_EXCHANGE = 17;
/** A mask in memory is read. */
export const LOAD_MASK = 18;
/** A bit of a mask in memory is set. */
export const BIT_SET = 19;
/** A bit of a mask in memory is cleared. */
export const BIT_CLEAR = 20;
/** A bit of a mask in memory is read. */
export const TEST_BIT = 21;
/** A fence. */
export const FENCE = 22;

// Synchronisation.

/** Interrupts are masked. */
export const IRQ_OFF = 23;
/** Interrupts are unmasked. */
export const IRQ_ON = 24;
/** A function is queued on the CPUs of a mask. */
export const CROSS_CALL = 25;
/** Waits until the queued functions have run. */
export const AWAIT_CALLS = 26;
/** An RCU read section begins. */
export const RCU_LOCK = 27;
/** It ends. */
export const RCU_UNLOCK = 28;
/** A grace period begins. */
export const GRACE_BEGIN = 29;
/** It ends when every CPU has left the sections it was in. */
export const GRACE_END = 30;
/** A lock is taken. */
export const LOCK = 31;
/** A lock is given back. */
export const UNLOCK = 32;

// Translations and page tables.

/** This CPU forgets its translations. */
export const FLUSH_LOCAL = 33;
/** An invalidation goes out to all CPUs. */
export const FLUSH_BROADCAST = 34;
/** Waits until the invalidations are done. */
export const FLUSH_COMPLETE = 35;
/** The CPUs of a mask lose their translations, without a handler. */
export const FLUSH_CPUS = 36;
/** Something happens to a page table; judged by the properties. */
export const GHOST = 37;

/** An address space is freed, with its root table. */
export const FREE_ROOT = 38;

/** Hardware walks from another root table from now on. */
export const LOAD_ROOT = 39;

/** The program, or the handler, ends. */
export const END = 40;
