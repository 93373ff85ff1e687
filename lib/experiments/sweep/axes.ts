/** Axes of a sweep: lists of plain values, or records whose keys become the labels. */
import { canonicalJson } from "../../base/canonical.ts";
import { invalid } from "../../base/messages.ts";

/** What stands in the column of an axis. */
export type Label = string | number | boolean;

/** An axis as it is given: plain values, or values of any kind under names. */
export type AxisValues = readonly Label[] | Readonly<Record<string, unknown>>;

/** The axes of a sweep by name; the names become columns. */
export type Axes = Readonly<Record<string, AxisValues>>;

/** One value of each axis, as `build` receives it. */
export type Point<A extends Axes> = {
  readonly [Name in keyof A]: A[Name] extends readonly (infer Value)[]
    ? Value
    : A[Name] extends Readonly<Record<string, infer Value>>
      ? Value
      : never;
};

/** An axis, checked. */
export interface Axis {
  readonly name: string;
  readonly labels: readonly Label[];
}

/** Axes with the values behind their labels. */
export class AxisTable {
  readonly axes: readonly Axis[];
  private readonly values: readonly (readonly unknown[])[];

  /** Throws SD001 for axes that are empty, have a label twice, or hold values without names. */
  constructor(axes: Axes) {
    if (typeof axes !== "object" || axes === null || Object.keys(axes).length === 0) {
      throw invalid("axes", axes, "a record of axes: { cpus: [4, 16], linux: { mainline } }");
    }
    const entries = Object.entries(axes).map(([name, given]) => readAxis(name, given));
    this.axes = entries.map(({ name, labels }) => ({ name, labels }));
    this.values = entries.map(({ values }) => values);
  }

  /** Number of combinations. */
  get size(): number {
    return this.axes.reduce((product, { labels }) => product * labels.length, 1);
  }

  /** Every combination as label numbers; the last axis changes fastest. */
  *combinations(): Generator<readonly number[]> {
    const sizes = this.axes.map(({ labels }) => labels.length);
    const at = sizes.map(() => 0);
    for (let left = this.size; left > 0; left--) {
      yield [...at];
      for (let axis = at.length - 1; axis >= 0; axis--) {
        at[axis] = at[axis]! + 1;
        if (at[axis]! < sizes[axis]!) break;
        at[axis] = 0;
      }
    }
  }

  /** The values of a combination by axis. */
  point(combination: readonly number[]): Readonly<Record<string, unknown>> {
    return Object.fromEntries(
      this.axes.map(({ name }, axis) => [name, this.values[axis]![combination[axis]!]]),
    );
  }

  /** The labels of a combination by axis. */
  labels(combination: readonly number[]): Readonly<Record<string, Label>> {
    return Object.fromEntries(
      this.axes.map(({ name, labels }, axis) => [name, labels[combination[axis]!]!]),
    );
  }

  /** A combination in words: `cpus 64, linux mainline`. */
  describe(combination: readonly number[]): string {
    return describeLabels(this.axes, combination);
  }
}

/** A combination of labels in words: `cpus 64, linux mainline`. */
export function describeLabels(axes: readonly Axis[], combination: readonly number[]): string {
  return axes.map(({ name, labels }, axis) => `${name} ${labels[combination[axis]!]}`).join(", ");
}

interface GivenAxis extends Axis {
  readonly values: readonly unknown[];
}

function readAxis(name: string, given: AxisValues): GivenAxis {
  if (!/^[A-Za-z_]\w*$/.test(name)) throw invalid("axis", name, "a name of letters and digits");
  const axis = Array.isArray(given) ? listAxis(name, given) : recordAxis(name, given);
  if (axis.labels.length === 0) throw invalid(name, given, "at least one value");
  const texts = axis.labels.map((label) => canonicalJson(label));
  const twice = texts.find((text, i) => texts.indexOf(text) !== i);
  if (twice !== undefined) throw invalid(name, twice, "each value once");
  return axis;
}

function listAxis(name: string, values: readonly unknown[]): GivenAxis {
  for (const value of values) {
    const plain = ["string", "boolean"].includes(typeof value) || Number.isFinite(value);
    if (!plain) {
      throw invalid(name, value, `numbers, texts or booleans; name others: { ${name}: { … } }`);
    }
  }
  return { name, labels: values as readonly Label[], values };
}

function recordAxis(name: string, record: AxisValues): GivenAxis {
  const plain = typeof record === "object" && record !== null;
  const prototype: unknown = plain ? Object.getPrototypeOf(record) : undefined;
  if (!plain || (prototype !== Object.prototype && prototype !== null)) {
    throw invalid(name, record, "a list of plain values, or a record whose keys are the labels");
  }
  return { name, labels: Object.keys(record), values: Object.values(record) };
}
