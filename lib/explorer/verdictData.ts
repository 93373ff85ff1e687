/** What a search can find, as plain data. */

/**
 * What is judged. P-UAF: no walker uses a table that was freed or serves another purpose. P-ALIAS:
 * none uses a table that belongs to another address space alone. P-HW: no CPU holds a translation
 * into a table that is given away. P-STALE: none holds one with rights that an operation has taken
 * away. P-REUSE: none holds one of a page that is free. P-MM: no CPU borrows, reads or writes an
 * address space that was freed; P-HW then says that none has loaded its root table. P-LIVE: from
 * every state, every thread that has an end can still come to it: no deadlock, no wait for ever.
 */
export type Property = "P-UAF" | "P-ALIAS" | "P-HW" | "P-STALE" | "P-REUSE" | "P-MM" | "P-LIVE";

/** What makes a search give up: a bound of its budget. */
export type Cap = "maxStates" | "maxBytes" | "maxMs";

/** A property that does not hold, where, and about which page table. */
export interface Violation {
  readonly property: Property;
  readonly lane: number;
  readonly table: number;
}

/** What the search has seen happen at least once; where nothing did, a verdict is vacuous. */
export interface Witnesses {
  /** A walker used a table after its entry had been cleared and before it was freed or reused. */
  walkerOverlapped: boolean;
  /** A table or page was freed or reused. */
  tableReused: boolean;
  /** An NMI came while its CPU had interrupts off. */
  nmiInWalk: boolean;
  /** The hypervisor stopped a CPU that had interrupts off. */
  stoppedInWalk: boolean;
  /** An interrupt handler ran. */
  interruptTaken: boolean;
  /** A CPU lost a translation, by a flush or with its ASID, whose entry had been changed before. */
  translationHeld: boolean;
  /** An operation that takes rights away was over. */
  rightsRevoked: boolean;
  /** User code went on to access a page after rights on it had been taken away. */
  accessedAfter: boolean;
  /** The hardware of a CPU got another root table. */
  rootLoaded: boolean;
  /** An address space was freed. */
  rootFreed: boolean;
  /** Its last user had left, and another CPU borrowed it still. */
  lazyOverlapped: boolean;
}
