/** What the main thread of a cell process and its guard thread say to each other. */

/** What the guard starts with. */
export interface GuardData {
  /** Memory of a `Control`. */
  readonly memory: SharedArrayBuffer;
  /** Process id of the owner. */
  readonly owner: number;
}

/** To the guard: end the execution if it still runs after that time. */
export interface Limit {
  readonly run: number;
  readonly ms: number;
}

/** From the guard: an execution is to end, or has been terminated. */
export interface GuardNotice {
  readonly kind: "interrupt" | "terminated";
  readonly run: number;
}
