import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FarHeap } from "../../lib/base/farHeap.ts";

describe("the far heap", () => {
  test("is empty at first", () => {
    const heap = new FarHeap(4);
    expect(heap.size).toBe(0);
    expect(heap.topTime()).toBe(Infinity);
  });

  test("pops by time", () => {
    const heap = new FarHeap(4);
    heap.push(30, 3);
    heap.push(10, 1);
    heap.push(20, 2);
    expect(heap.topTime()).toBe(10);
    expect([heap.pop(), heap.pop(), heap.pop()]).toEqual([1, 2, 3]);
    expect(heap.size).toBe(0);
  });

  test("pops equal times in the order of pushing, beyond its first capacity", () => {
    const heap = new FarHeap(1);
    const payloads = Array.from({ length: 100 }, (_, i) => i);
    for (const payload of payloads) heap.push(7, payload);
    expect(payloads.map(() => heap.pop())).toEqual(payloads);
  });

  test("holds times beyond 2^32", () => {
    const heap = new FarHeap(2);
    heap.push(9007199254740991, 1);
    heap.push(9007199254740990, 2);
    expect(heap.topTime()).toBe(9007199254740990);
    expect([heap.pop(), heap.pop()]).toEqual([2, 1]);
  });
});

test("the far heap sorts like a stable sort", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20), { maxLength: 200 }), (times) => {
      const heap = new FarHeap(1);
      times.forEach((time, payload) => {
        heap.push(time, payload);
      });
      const sorted = times.map((_, payload) => payload).sort((a, b) => times[a]! - times[b]!);
      expect(times.map(() => heap.pop())).toEqual(sorted);
    }),
  );
});
