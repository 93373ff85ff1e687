/**
 * Immutable values. Own enumerable properties are plain data, so that structured clone and
 * canonical JSON keep the whole value; everything a reader sees comes from {@link Value.describe}.
 */

/**
 * Base of all immutable values. A subclass assigns its own enumerable plain-data properties in the
 * constructor and ends it with `Object.freeze(this)`. No `toJSON`: the own data is the JSON.
 */
export abstract class Value {
  /** A few readable lines, without line breaks inside a line. */
  abstract describe(): string[];

  /** The lines of {@link describe} as one text. */
  toString(): string {
    return this.describe().join("\n");
  }
}

// On the prototype: what Node's console and stock tslab show, and what a notebook shows (MIME type
// to content). Both are the text of `toString`.
Object.defineProperties(Value.prototype, {
  [Symbol.for("nodejs.util.inspect.custom")]: {
    value(this: Value): string {
      return this.toString();
    },
  },
  [Symbol.for("Jupyter.display")]: {
    value(this: Value): Record<string, unknown> {
      return { "text/plain": this.toString() };
    },
  },
});

/**
 * Freezes `value` and everything reachable through its own enumerable properties; returns `value`.
 * Typed arrays stay writable (JavaScript cannot freeze them), functions are left alone.
 */
export function deepFreeze<T>(value: T): T {
  freezeFrom(value, new Set());
  return value;
}

// A frozen object may still hold unfrozen ones, so being frozen is no reason to stop; `seen` is.
function freezeFrom(value: unknown, seen: Set<object>): void {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return;
  if (seen.has(value)) return;
  seen.add(value);
  Object.freeze(value);
  for (const child of Object.values(value)) freezeFrom(child, seen);
}
