/** Typed access to the fields of one line of the lab's `data.csv`. */
import { maxCpus } from "../base/cpuText.ts";
import { malformed } from "../base/messages.ts";

/** The fields of one line by column name; every reader throws SD006 that names the column. */
export class LabFields {
  readonly #header: readonly string[];
  readonly #fields: readonly string[];

  constructor(header: readonly string[], fields: readonly string[]) {
    this.#header = header;
    this.#fields = fields;
  }

  /** The field as it is. */
  text(name: string): string {
    return this.#fields[this.#header.indexOf(name)]!;
  }

  /** A decimal integer of at most 15 digits. */
  integer(name: string): number {
    const text = this.text(name);
    if (!/^-?\d{1,15}$/.test(text)) throw malformed(name, text, "an integer");
    return Number(text);
  }

  /** A number of CPUs. */
  cpus(name: string): number {
    const cpus = this.integer(name);
    if (cpus < 1 || cpus > maxCpus) throw malformed(name, this.text(name), `1…${maxCpus}`);
    return cpus;
  }

  /** An integer, or undefined for an empty field. */
  optionalInteger(name: string): number | undefined {
    return this.text(name) === "" ? undefined : this.integer(name);
  }

  /** One number per CPU with the given sum, as `[0,3]`; `0` for zeros; empty for undefined. */
  vector(name: string, cpus: number, sum: number): number[] | undefined {
    const text = this.text(name);
    if (text === "") return undefined;
    const values = text === "0" ? new Array<number>(cpus).fill(0) : parseJson(text);
    if (!Array.isArray(values) || !values.every(Number.isSafeInteger)) {
      throw malformed(name, text, "a list of integers");
    }
    if (values.length !== cpus) throw malformed(name, `${values.length} values`, `${cpus} CPUs`);
    const total = values.reduce((left, right) => left + right, 0);
    if (total !== sum) throw malformed(name, `values with the sum ${total}`, `the sum ${sum}`);
    return values;
  }

  /** A JSON object of integers; an empty field is the empty one. */
  numbers(name: string): Record<string, number> {
    const text = this.text(name);
    if (text === "") return {};
    const values = parseJson(text);
    const isObject = typeof values === "object" && values !== null && !Array.isArray(values);
    if (!isObject || !Object.values(values).every(Number.isSafeInteger)) {
      throw malformed(name, text, "an object of integers");
    }
    return values as Record<string, number>;
  }
}

/** The value of a JSON text; undefined, which no JSON text stands for, when it is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
