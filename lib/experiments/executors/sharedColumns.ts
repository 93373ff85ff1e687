/**
 * Measured rows in memory that threads share: one column for each measure, one place for each cell.
 * A thread fills in a row as soon as it has it. What was measured is there when the thread is ended
 * in the middle of its next cell, and no message has to be written and read for it.
 */
import type { MeasuredRow } from "../store/outcome.ts";
import { MEASURES } from "../sweep/measures.ts";

/** The one measure that is no number: 64 bits in hexadecimal. */
const DIGEST = "result_digest";
const DIGITS = 16;
const NUMBERS: readonly string[] = MEASURES.filter((name) => name !== DIGEST);

/** The fields of a row in the order of canonical JSON, and the number of the column. */
const FIELDS: readonly { readonly label: string; readonly number: number | undefined }[] = [
  ...MEASURES,
]
  .sort()
  .map((name) => ({
    label: `"${name}":`,
    number: name === DIGEST ? undefined : NUMBERS.indexOf(name),
  }));

/** Bytes of a row: the measures, the digest, the time that it took, and whether it is there. */
const ROW_BYTES = 8 * (NUMBERS.length + 2) + 4;

/** Columns over shared memory; every thread makes its own views of the same buffer. */
export class SharedColumns {
  readonly buffer: SharedArrayBuffer;
  private readonly numbers: readonly Float64Array[];
  private readonly digests: BigUint64Array;
  private readonly times: Float64Array;
  private readonly there: Int32Array;

  constructor(buffer: SharedArrayBuffer) {
    const rows = buffer.byteLength / ROW_BYTES;
    const column = 8 * rows;
    this.buffer = buffer;
    this.numbers = NUMBERS.map((_, i) => new Float64Array(buffer, i * column, rows));
    this.digests = new BigUint64Array(buffer, NUMBERS.length * column, rows);
    this.times = new Float64Array(buffer, (NUMBERS.length + 1) * column, rows);
    this.there = new Int32Array(buffer, (NUMBERS.length + 2) * column, rows);
  }

  /** Empty columns for so many cells. */
  static ofRows(rows: number): SharedColumns {
    return new SharedColumns(new SharedArrayBuffer(rows * ROW_BYTES));
  }

  /** Fills in a row and the time it took, ms. False, with nothing done, where it does not fit. */
  write(at: number, row: MeasuredRow, ms: number): boolean {
    if (!fits(row)) return false;
    NUMBERS.forEach((name, i) => {
      this.numbers[i]![at] = (row[name] as number | null) ?? Number.NaN;
    });
    this.digests[at] = BigInt(`0x${row[DIGEST]}`);
    this.times[at] = ms;
    Atomics.store(this.there, at, 1); // last: whoever sees it sees the row
    return true;
  }

  /** The outcome of the cell `key`, as `rowText` writes it; undefined where there is no row yet. */
  text(at: number, key: string): string | undefined {
    if (Atomics.load(this.there, at) === 0) return undefined;
    const row = FIELDS.map(({ label, number }) => label + this.value(number, at));
    return `{"key":"${key}","row":{${row.join()}}}`;
  }

  /** Time that the cell took, ms. */
  ms(at: number): number {
    return this.times[at]!;
  }

  /** As canonical JSON. */
  private value(number: number | undefined, at: number): string {
    if (number === undefined) return `"${this.digests[at]!.toString(16).padStart(DIGITS, "0")}"`;
    const value = this.numbers[number]![at]!;
    return Number.isNaN(value) ? "null" : String(value + 0); // -0 + 0 is 0
  }
}

function fits(row: MeasuredRow): boolean {
  const { [DIGEST]: digest, ...numbers } = row;
  if (typeof digest !== "string" || !/^[0-9a-f]{16}$/.test(digest)) return false;
  const values = NUMBERS.map((name) => numbers[name]);
  if (Object.keys(numbers).length !== NUMBERS.length) return false;
  return values.every((value) => value === null || Number.isFinite(value));
}
