import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { GiB, KiB, MiB } from "../../lib/base/units.ts";
import type { Range } from "../../lib/mm/pageTables.ts";
import {
  freedTables,
  PAGE_BYTES,
  presentPages,
  TABLE_BYTES,
  USER_BYTES,
} from "../../lib/mm/pageTables.ts";

const range = (start: number, bytes: number, strideBytes = PAGE_BYTES): Range => ({
  start,
  bytes,
  strideBytes,
});

test("the sizes of four-level page tables", () => {
  expect([PAGE_BYTES, TABLE_BYTES, USER_BYTES]).toEqual([4096, 2_097_152, 140_737_488_355_328]);
});

test("pages present: every stride begins with one", () => {
  expect(presentPages(range(0, 4096))).toBe(1);
  expect(presentPages(range(0, MiB(2)))).toBe(512);
  expect(presentPages(range(0, MiB(2) + 1))).toBe(513);
  expect(presentPages(range(0, GiB(4), MiB(2)))).toBe(2048);
});

describe("tables that go with a range", () => {
  test("the lab's ranges, each alone in its address space", () => {
    const total = (one: Range): number => freedTables(one, []).total;
    expect(total(range(0, 507 * MiB(2), MiB(2)))).toBe(509);
    expect(total(range(0, 508 * MiB(2), MiB(2)))).toBe(510);
    expect(total(range(0, GiB(4), MiB(2)))).toBe(2053);
    expect(total(range(0, GiB(8), MiB(2)))).toBe(4105);
  });

  test("one page: a table of every level, if nothing else is there", () => {
    expect(freedTables(range(0, 4096), [])).toEqual({ pte: 1, upper: 2, total: 3 });
  });

  test("a neighbour in the same 2 MiB keeps all of them", () => {
    const neighbour = range(KiB(64), 4096);
    expect(freedTables(range(0, 4096), [neighbour])).toEqual({ pte: 0, upper: 0, total: 0 });
  });

  test("a neighbour in the same GiB keeps the upper ones", () => {
    const neighbour = range(MiB(64), 4096);
    expect(freedTables(range(0, 4096), [neighbour])).toEqual({ pte: 1, upper: 0, total: 1 });
  });

  test("a neighbour in the same 512 GiB keeps the uppermost one", () => {
    const neighbour = range(GiB(3), 4096);
    expect(freedTables(range(0, 4096), [neighbour])).toEqual({ pte: 1, upper: 1, total: 2 });
    const far = range(GiB(512), 4096);
    expect(freedTables(range(0, 4096), [far])).toEqual({ pte: 1, upper: 2, total: 3 });
  });

  test("neighbours on both sides keep the tables at the borders alone", () => {
    const middle = range(MiB(1), MiB(6));
    const neighbours = [range(0, 4096), range(MiB(7), 4096)];
    expect(freedTables(middle, neighbours)).toEqual({ pte: 2, upper: 0, total: 2 });
  });

  test("a table without a present page does not exist", () => {
    expect(freedTables(range(0, MiB(12), MiB(3)), []).pte).toBe(4);
    expect(freedTables(range(0, MiB(12), MiB(5)), []).pte).toBe(3);
    expect(freedTables(range(MiB(1), MiB(4), MiB(2)), []).pte).toBe(2);
    const between = range(MiB(2), 4096);
    expect(freedTables(range(0, MiB(12), MiB(5)), [between]).pte).toBe(3);
  });

  test("a range of the whole address space is counted, not enumerated", () => {
    expect(freedTables(range(0, USER_BYTES), [])).toEqual({
      pte: 67_108_864,
      upper: 131_072 + 256,
      total: 67_240_192,
    });
  });
});

test("any range beside any neighbours: as many tables as enumerating the pages finds", () => {
  const pages = (min: number, max: number): fc.Arbitrary<number> =>
    fc.integer({ min, max }).map((count) => count * PAGE_BYTES);
  const arbitrary = fc.record({
    start: pages(0, 2000),
    bytes: pages(1, 3000),
    strideBytes: fc.oneof(fc.constant(PAGE_BYTES), pages(1, 1600)),
    gaps: fc.tuple(pages(0, 900), pages(0, 900)),
  });
  fc.assert(
    fc.property(arbitrary, ({ gaps, ...one }) => {
      const before = range(Math.max(0, one.start - gaps[0] - PAGE_BYTES), PAGE_BYTES);
      const behind = range(one.start + one.bytes + gaps[1], MiB(3));
      const others = before.start < one.start ? [before, behind] : [behind];
      expect(freedTables(one, others).pte).toBe(enumerated(one, others));
    }),
    { numRuns: 300 },
  );
});

function enumerated(one: Range, others: readonly Range[]): number {
  const slots = new Set<number>();
  for (let at = one.start; at < one.start + one.bytes; at += one.strideBytes) {
    slots.add(Math.floor(at / TABLE_BYTES));
  }
  for (const { start, bytes } of others) {
    for (let at = start; at < start + bytes; at += PAGE_BYTES) {
      slots.delete(Math.floor(at / TABLE_BYTES));
    }
  }
  return slots.size;
}
