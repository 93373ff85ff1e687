/**
 * The one seam between the library and the notebook kernel that runs it: the kernel puts an object
 * under a registered symbol on `globalThis`, the library looks there. Without a kernel (plain Node,
 * a worker, another kernel) nothing is there, and nothing is interrupted.
 */

/** MIME types and their contents, as notebooks store them. */
export type Bundle = Readonly<Record<string, unknown>>;

/** What the kernel does for the code of the running cell. */
export interface CellHost {
  /**
   * Aborted when the cell is interrupted. `aborted` is right at once, also in code that never
   * waits; the event comes, as all events do, when it waits.
   */
  readonly signal: AbortSignal;
  /** Shows a bundle; with `update`, in the place of what was shown under the same id. */
  display(data: Bundle, metadata: Bundle, place?: DisplayPlace): void;
  /** Removes what the cell has put out so far, or with `wait` as soon as something new comes. */
  clearOutput(wait: boolean): void;
  /** Asks the user. Rejects where nobody can be asked, and when the cell is interrupted. */
  input(prompt: string, password: boolean): Promise<string>;
}

/** Where a display goes: a new place with that id, or the one that already has it. */
export interface DisplayPlace {
  readonly id: string;
  readonly update: boolean;
}

/** The name of the seam. */
export const cellHostSymbol: unique symbol = Symbol.for("shootdown.cell") as never;

/** The kernel that runs this code; undefined without one. */
export function cellHost(): CellHost | undefined {
  return (globalThis as { [cellHostSymbol]?: CellHost })[cellHostSymbol];
}

/** What the running computation is asked besides; undefined: nothing. */
let check: (() => void) | undefined;

/** Runs `compute`; long computations in it call `asked` every few milliseconds, which may throw. */
export function checkedBy<T>(asked: () => void, compute: () => T): T {
  const outer = check;
  check = asked;
  try {
    return compute();
  } finally {
    check = outer;
  }
}

/**
 * Throws the reason when the cell that runs this code has been interrupted, or what the check of
 * {@link checkedBy} throws. Long computations call it every few milliseconds: it costs some ten
 * nanoseconds.
 */
export function throwIfInterrupted(): void {
  check?.();
  const signal = cellHost()?.signal;
  if (signal?.aborted === true) throw signal.reason;
}
