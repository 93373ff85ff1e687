/** What a search can find, as plain data. */

/** A property that does not hold, where, and about which page table. */
export interface Violation {
  readonly property: "P-UAF" | "P-ALIAS" | "P-HW" | "P-LIVE";
  readonly lane: number;
  readonly table: number;
}

/** What the search has seen happen at least once; where nothing did, a verdict is vacuous. */
export interface Witnesses {
  /** A walker used a table after its entry had been cleared and before it was freed or reused. */
  walkerOverlapped: boolean;
  /** A table was freed or reused. */
  tableReused: boolean;
  /** An interrupt handler ran. */
  interruptTaken: boolean;
  /** A CPU held a translation that led to a detached table. */
  translationHeld: boolean;
}
