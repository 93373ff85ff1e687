/** How a search is reduced and bounded. */
export interface SearchOptions {
  /** Steps that commute with all others are taken at once, with what was before: merging.ts. */
  readonly merging: boolean;
  /** States that differ in the names of equal CPUs count once. */
  readonly symmetry: boolean;
  readonly maxStates: number;
  readonly maxBytes: number;
}
