/** One run of the lab, put together from its lines. */
import { malformed } from "../base/messages.ts";
import type { LabLine, LabRow, LabRunColumns } from "./labRow.ts";

/** One run of one case on one machine, with every interrupt row the file keeps of it. */
export interface LabRun extends LabRunColumns {
  /** By label: `CAL`, `TLB`, `IPI1`, `16`. */
  readonly rows: Readonly<Record<string, LabRow>>;
  /** Results that the case printed: `{ err: 0, calls: 1 }`. */
  readonly extra: Readonly<Record<string, number>>;
}

/** Consecutive lines of one run. */
export class RunGroup {
  readonly #first: LabLine;
  readonly #rows = new Map<string, LabRow>();
  readonly #extra: Record<string, number> = {};

  constructor(first: LabLine) {
    this.#first = first;
    this.add(first);
  }

  /** True when `line` is of this run. */
  holds(line: LabLine): boolean {
    const { boot, run } = this.#first.columns;
    return line.columns.boot === boot && line.columns.run === run;
  }

  /** Throws SD006 when `line` is of this run and contradicts what it has already. */
  check(line: LabLine): void {
    if (!this.holds(line)) return;
    if (line.runKey !== this.#first.runKey) {
      throw malformed("run", line.runKey, "the same columns in all lines of a run");
    }
    if (this.#rows.has(line.rowName))
      throw malformed("row", line.rowName, "each row once in a run");
  }

  /** Adds a line that {@link check} let pass. */
  add(line: LabLine): void {
    this.#rows.set(line.rowName, line.row);
    Object.assign(this.#extra, line.extra);
  }

  /** The run with all lines added so far. */
  finish(): LabRun {
    return { ...this.#first.columns, rows: Object.fromEntries(this.#rows), extra: this.#extra };
  }
}
