import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { canonicalJson } from "../../lib/base/canonical.ts";
import { deepFreeze, Value } from "../../lib/base/value.ts";

class Cache extends Value {
  readonly level: number;
  readonly bytes: number;

  constructor(level: number, bytes: number) {
    super();
    this.level = level;
    this.bytes = bytes;
    Object.freeze(this);
  }

  describe(): string[] {
    return [`L${this.level} cache`, `${this.bytes} bytes`];
  }
}

const cache = new Cache(2, 1048576);

describe("a value", () => {
  test("reads as the lines it describes", () => {
    expect(String(cache)).toBe("L2 cache\n1048576 bytes");
  });

  test("shows the same text in a console", () => {
    expect(inspect(cache)).toBe("L2 cache\n1048576 bytes");
  });

  test("shows the same text in a notebook", () => {
    const display = Reflect.get(cache, Symbol.for("Jupyter.display")) as () => unknown;
    expect(display.call(cache)).toEqual({ "text/plain": "L2 cache\n1048576 bytes" });
  });

  test("is its own data in JSON, canonical JSON and structured clones", () => {
    expect(JSON.stringify(cache)).toBe('{"level":2,"bytes":1048576}');
    expect(canonicalJson(cache)).toBe('{"bytes":1048576,"level":2}');
    expect(structuredClone(cache)).toEqual({ level: 2, bytes: 1048576 });
  });

  test("cannot be changed", () => {
    expect(() => Object.assign(cache, { level: 3 })).toThrow(TypeError);
    expect(cache.level).toBe(2);
  });
});

describe("deepFreeze", () => {
  test("freezes everything it can reach and returns its argument", () => {
    const value = { list: [{ deep: 1 }] };
    expect(deepFreeze(value)).toBe(value);
    expect(Object.isFrozen(value)).toBe(true);
    expect(Object.isFrozen(value.list)).toBe(true);
    expect(Object.isFrozen(value.list[0])).toBe(true);
  });

  test("goes on below an object that is frozen already", () => {
    const inner = { deep: 1 };
    deepFreeze(Object.freeze([inner]));
    expect(Object.isFrozen(inner)).toBe(true);
  });

  test("ends on cycles, and leaves primitives, functions and typed arrays alone", () => {
    const loop: { self?: unknown } = {};
    loop.self = loop;
    expect(Object.isFrozen(deepFreeze(loop))).toBe(true);
    const mixed = { call: () => 1, data: Uint8Array.of(1), nothing: null, text: "a" };
    deepFreeze(mixed);
    expect(Object.isFrozen(mixed.call)).toBe(false);
    mixed.data[0] = 2;
    expect(mixed.data[0]).toBe(2);
  });
});
