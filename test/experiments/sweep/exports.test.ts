import fs from "node:fs";
import path from "node:path";
import { fromArrow, loadArrow } from "arquero";
import { parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import { beforeAll, describe, expect, test } from "vitest";
import { sqlOver, writeArrow, writeParquet } from "../../../lib/experiments/sweep/exports.ts";
import { sweep } from "../../../lib/experiments/sweep/sweep.ts";
import { SweepStore } from "../../../lib/experiments/sweep/sweepStore.ts";
import type { ColumnTable } from "../../../lib/tables/frame.ts";
import { tableFrom } from "../../../lib/tables/frame.ts";
import { payloads } from "../../kernel/report/dangers.ts";
import { newFolder } from "./folders.ts";
import { axes, build } from "./sweeps.ts";

/** Values that exports get wrong: large, small, negative, absent, odd texts. */
const odd: ColumnTable = tableFrom([
  { n: 1, large: 2 ** 53 - 1, part: 0.1, text: "a", yes: true, none: null, mixed: 1 },
  { n: -5, large: 2 ** 31, part: 1e-300, text: "=1+1", yes: false, none: null, mixed: "x" },
  { n: null, large: null, part: null, text: 'ß, "q"\n', yes: null, none: null, mixed: null },
]);

async function readParquet(file: string): Promise<Record<string, unknown>[]> {
  const bytes = fs.readFileSync(file);
  const whole = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  return await parquetReadObjects({ file: whole as ArrayBuffer });
}

function loadedArrow(table: ColumnTable): ColumnTable {
  const file = path.join(newFolder(), "hostile.arrow");
  writeArrow(file, table);
  return fromArrow(fs.readFileSync(file));
}

describe("a table", () => {
  test("comes back from Parquet as it was, in hyparquet and in DuckDB", async () => {
    const file = path.join(newFolder(), "odd.parquet");
    await writeParquet(file, odd, { from: "a test" });
    const expected = (odd.objects() as Record<string, unknown>[]).map((row) => ({
      ...row,
      mixed: row.mixed === null ? null : String(row.mixed),
    }));
    expect(await readParquet(file)).toEqual(expected);
    expect((await sqlOver(odd, "SELECT * FROM results")).objects()).toEqual(expected);
    const bytes = fs.readFileSync(file);
    const { key_value_metadata } = await parquetMetadataAsync({
      byteLength: bytes.length,
      slice: (from, to) =>
        bytes.buffer.slice(
          bytes.byteOffset + from,
          bytes.byteOffset + (to ?? bytes.length),
        ) as ArrayBuffer,
    });
    expect(key_value_metadata).toContainEqual({ key: "shootdown", value: '{"from":"a test"}' });
  });

  test("keeps hostile names and texts as they are, apart from each other", async () => {
    const hostile = tableFrom([
      Object.fromEntries(payloads.map((text) => [text, text])),
      Object.fromEntries(payloads.map((text, at) => [text, at])),
    ]);
    const file = path.join(newFolder(), "hostile.parquet");
    await writeParquet(file, hostile);
    const expected = [
      Object.fromEntries(payloads.map((text) => [text, text])),
      Object.fromEntries(payloads.map((text, at) => [text, String(at)])),
    ];
    expect(await readParquet(file)).toEqual(expected);
    expect(loadedArrow(hostile).columnNames()).toEqual([...payloads]);
  });

  test("without rows can be exported too", async () => {
    const none = odd.filter(() => false).reify();
    const file = path.join(newFolder(), "none.parquet");
    await writeParquet(file, none);
    expect(await readParquet(file)).toEqual([]);
  });
});

describe("a store", () => {
  let store: SweepStore;
  let folder: string;
  beforeAll(async () => {
    folder = fs.mkdtempSync("/tmp/shootdown-exports-");
    const options = {
      executor: "in-process",
      store: folder,
      baseline: { linux: "mainline" },
    } as const;
    await sweep(axes, build, options);
    store = SweepStore.open(folder);
    return () => fs.rmSync(folder, { recursive: true });
  });

  test("gives equal rows in every format", async () => {
    const rows = store.table().objects();
    await store.toParquet(path.join(folder, "a.parquet"));
    store.toArrow(path.join(folder, "a.arrow"));
    store.toCsv(path.join(folder, "a.csv"));
    expect(await readParquet(path.join(folder, "a.parquet"))).toEqual(rows);
    expect((await loadArrow(path.join(folder, "a.arrow"))).objects()).toEqual(rows);
    const lines = fs.readFileSync(path.join(folder, "a.csv"), "utf8").trimEnd().split("\n");
    expect(lines).toHaveLength(13);
    expect(fs.readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  });

  test("answers SQL", async () => {
    const counted = await store.sql(
      "SELECT linux, count(*) AS n, sum(ipis) AS ipis FROM results GROUP BY linux ORDER BY linux",
    );
    const ipis = (name: string): number =>
      (store.table().objects() as { linux: string; ipis: number }[])
        .filter(({ linux }) => linux === name)
        .reduce((sum, row) => sum + row.ipis, 0);
    expect(counted.objects()).toEqual([
      { linux: "mainline", n: 6, ipis: ipis("mainline") },
      { linux: "targeted", n: 6, ipis: ipis("targeted") },
    ]);
    await expect(store.sql("SELECT nothing FROM results")).rejects.toThrow("nothing");
  });
});
