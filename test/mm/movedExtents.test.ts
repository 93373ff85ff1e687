import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { GiB, KiB, MiB } from "../../lib/base/units.ts";
import type { MovedExtents } from "../../lib/mm/movedExtents.ts";
import { movedExtents } from "../../lib/mm/movedExtents.ts";

const PAGE = KiB(4);

interface Asked {
  start?: number;
  bytes: number;
  strideBytes?: number;
  target?: number;
  mappedBefore?: number;
  realigns?: boolean;
}

function moved(asked: Asked): MovedExtents {
  const { start = 0, bytes, strideBytes = PAGE, target = GiB(8192) } = asked;
  const { mappedBefore = -GiB(1), realigns = true } = asked;
  return movedExtents({ range: { start, bytes, strideBytes }, target, mappedBefore }, realigns);
}

describe("where source and target lie alike", () => {
  test("whole tables move by one entry, and the pages behind them one by one", () => {
    expect(moved({ bytes: MiB(4) + 3 * PAGE })).toEqual({
      tables: 2,
      upperTables: 0,
      tablesBelow: 0,
      pieces: [{ pages: 3, present: 3, count: 1 }],
    });
  });

  test("whole gigabytes move by one entry, with all tables below", () => {
    expect(moved({ bytes: GiB(2) + MiB(2), strideBytes: MiB(2) })).toMatchObject({
      tables: 1,
      upperTables: 2,
      tablesBelow: 1024,
    });
    expect(moved({ bytes: GiB(1), strideBytes: MiB(64) })).toMatchObject({ tablesBelow: 16 });
  });

  test("a gigabyte is no whole one unless both addresses are", () => {
    const late = { start: MiB(2), target: GiB(8192) + MiB(2) };
    expect(moved({ ...late, bytes: GiB(1) })).toMatchObject({ tables: 512, upperTables: 0 });
  });
});

describe("where the first table lies alike but begins late", () => {
  const late = { start: MiB(2) + PAGE, target: GiB(8192) + PAGE };

  test("it moves as a whole since 6.7, and page by page before", () => {
    expect(moved({ ...late, bytes: MiB(2) - PAGE })).toMatchObject({ tables: 1, pieces: [] });
    expect(moved({ ...late, bytes: MiB(2) - PAGE, realigns: false })).toMatchObject({
      tables: 0,
      pieces: [{ pages: 511, present: 511, count: 1 }],
    });
  });

  test("not when something else is mapped in it, nor when the range ends before it", () => {
    const bytes = MiB(2) - PAGE;
    expect(moved({ ...late, bytes, mappedBefore: MiB(2) + 1 })).toMatchObject({ tables: 0 });
    expect(moved({ ...late, bytes, mappedBefore: MiB(2) })).toMatchObject({ tables: 1 });
    expect(moved({ ...late, bytes: bytes - PAGE })).toMatchObject({ tables: 0 });
  });
});

describe("elsewhere", () => {
  test("a piece ends where a table of either does", () => {
    expect(moved({ bytes: MiB(16), target: GiB(8192) + PAGE }).pieces).toEqual([
      { pages: 511, present: 511, count: 8 },
      { pages: 1, present: 1, count: 8 },
    ]);
  });

  test("pieces without a present page are passed over", () => {
    const sparse = { bytes: MiB(16), strideBytes: MiB(2), target: GiB(8192) + PAGE };
    expect(moved(sparse).pieces).toEqual([{ pages: 511, present: 1, count: 8 }]);
  });
});

test("every present page moves once, wherever it lies", () => {
  const places = fc.record({
    start: fc.integer({ min: 0, max: 3000 }).map((page) => page * PAGE),
    bytes: fc.integer({ min: 1, max: 6000 }).map((pages) => pages * PAGE),
    target: fc.integer({ min: 0, max: 3000 }).map((page) => GiB(8192) + page * PAGE),
    realigns: fc.boolean(),
  });
  fc.assert(
    fc.property(places, (asked) => {
      const { tables, upperTables, pieces } = moved({ ...asked, mappedBefore: asked.start });
      expect(upperTables).toBe(0);
      const byPiece = pieces.reduce((sum, { present, count }) => sum + present * count, 0);
      expect(byPiece + 512 * tables).toBe(asked.bytes / PAGE);
    }),
  );
});
