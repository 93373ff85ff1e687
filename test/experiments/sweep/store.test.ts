import fs from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalJson, digestOf, sha256Hex } from "../../../lib/base/canonical.ts";
import { deriveStream, RandomStream } from "../../../lib/base/random.ts";
import { inProcess } from "../../../lib/experiments/executors/inProcess.ts";
import { checkScene } from "../../../lib/experiments/scene.ts";
import { compact } from "../../../lib/experiments/store/compact.ts";
import { sealed, visitLines } from "../../../lib/experiments/store/lines.ts";
import { betterOf, problemText, rowText } from "../../../lib/experiments/store/outcome.ts";
import { provenance } from "../../../lib/experiments/store/provenance.ts";
import { RowStore } from "../../../lib/experiments/store/rowStore.ts";
import type { Fsync } from "../../../lib/experiments/store/segment.ts";
import { sweep } from "../../../lib/experiments/sweep/sweep.ts";
import { SweepStore } from "../../../lib/experiments/sweep/sweepStore.ts";
import { verify } from "../../../lib/experiments/sweep/verify.ts";
import { flipBits } from "./damage.ts";
import { newFolder, segmentsOf } from "./folders.ts";
import { axes, build } from "./sweeps.ts";

const keyOf = (n: number): string => sha256Hex(String(n));
const row = (n: number): string => rowText(keyOf(n), { ipis: n });

function written(folder: string, texts: readonly string[], fsync: Fsync = "end"): string {
  const store = new RowStore(folder);
  store.write(provenance("test"), fsync);
  for (const text of texts) store.append(text);
  store.close();
  return segmentsOf(folder).at(-1)!;
}

async function smallSweep(folder: string): Promise<SweepStore> {
  await sweep(axes, build, { executor: "in-process", store: folder });
  return SweepStore.open(folder);
}

describe("a line", () => {
  test("is 16 digits of SHA-256, a space, and the text", () => {
    const line = sealed('{"key":1}');
    expect(line).toBe(`${sha256Hex('{"key":1}').slice(0, 16)} {"key":1}\n`);
  });

  test("is read as it was written, whatever is in it", () => {
    const anyJson = fc.jsonValue().map((value) => JSON.stringify(value));
    fc.assert(
      fc.property(fc.array(anyJson), fc.string(), (texts, tail) => {
        const rest = tail.replaceAll("\n", "");
        const bytes = Buffer.from(texts.map(sealed).join("") + rest);
        const found: string[] = [];
        const bad: unknown[] = [];
        const end = visitLines(bytes, 0, {
          good: (json) => found.push(json),
          bad: (line) => bad.push(line),
        });
        expect([found, bad]).toEqual([texts, []]);
        expect(bytes.subarray(end).toString()).toBe(rest);
      }),
      { seed: 7, numRuns: 200 },
    );
  });
});

describe("a cell", () => {
  test("has the SHA-256 of its canonical scene as key", async () => {
    const store = await smallSweep(newFolder());
    const points = axes.cpus.flatMap((cpus) =>
      Object.values(axes.linux).flatMap((linux) =>
        axes.seed.map((seed) => ({ cpus, linux, seed })),
      ),
    );
    const keys = points.map((point) => digestOf(checkScene(build(point))));
    expect(store.plan.cells.map(({ key }) => key)).toEqual(keys);
  });
});

describe("segments", () => {
  test("hold what was appended, whenever it is forced to the disk", () => {
    for (const fsync of ["row", "second", "end"] as const) {
      const folder = newFolder();
      written(folder, [row(1), row(2)], fsync);
      const store = new RowStore(folder);
      expect([store.size, store.text(keyOf(2))]).toEqual([2, row(2)]);
      expect(store.provenance[0]).toMatchObject({ executor: "test", pid: process.pid });
    }
  });

  test("that end inside a line keep everything before it", () => {
    const folder = newFolder();
    const file = written(folder, [row(1), row(2), row(3)]);
    const text = fs.readFileSync(file, "utf8");
    const third = text.indexOf(row(3));
    for (const size of [third - 17, third, third + 20, third + row(3).length]) {
      fs.writeFileSync(file, text.slice(0, size));
      const store = new RowStore(folder);
      expect([store.size, store.damage.length]).toEqual([2, 0]);
      expect(store.tornFiles().length).toBe(size === third - 17 ? 0 : 1);
    }
  });

  test("that grow are read from where the reader was", () => {
    const folder = newFolder();
    const writer = new RowStore(folder);
    writer.write(provenance("test"), "end");
    const reader = new RowStore(folder);
    const seen: string[] = [];
    for (const n of [1, 2, 3]) {
      writer.append(row(n));
      reader.refresh((_, text) => seen.push(text));
    }
    writer.close();
    expect(seen).toEqual([row(1), row(2), row(3)]);
  });

  test("may come twice, and in any order", () => {
    const folder = newFolder();
    const file = written(folder, [row(1), row(2)]);
    fs.copyFileSync(file, path.join(folder, "seg-00000000-1-1.ndjson"));
    const twice = new RowStore(folder);
    expect([twice.size, twice.damage.length]).toEqual([2, 0]);
  });

  test("of one process have names of their own", () => {
    const folder = newFolder();
    written(folder, [row(1)]);
    written(folder, [row(2)]);
    expect(segmentsOf(folder).length).toBe(2);
    expect(new RowStore(folder).size).toBe(2);
  });
});

describe("two outcomes of a cell", () => {
  const problem = (kind: "threw" | "exit" | "timeout"): string =>
    problemText(keyOf(1), { kind, message: "m" });

  test("are refused when both are final, and both are kept", () => {
    const folder = newFolder();
    written(folder, [row(1)]);
    const store = new RowStore(folder);
    store.write(provenance("test"), "end");
    const other = rowText(keyOf(1), { ipis: 99 });
    expect(() => store.append(other)).toThrow(/^SD014: two results of cell [0-9a-f]{16}, in seg-/);
    store.close();
    expect(() => new RowStore(folder)).toThrow(/^SD014/);
    const kept = segmentsOf(folder)
      .map((file) => fs.readFileSync(file, "utf8"))
      .join("");
    expect(kept).toContain(row(1));
    expect(kept).toContain(other);
  });

  test("count by what they say about the cell", () => {
    expect(betterOf(row(1), problem("timeout"))).toBe(row(1));
    expect(betterOf(problem("exit"), row(1))).toBe(row(1));
    expect(betterOf(problem("timeout"), problem("exit"))).toBe(problem("exit"));
    expect(betterOf(problem("threw"), problem("exit"))).toBe(problem("threw"));
    expect(betterOf(row(1), problem("threw"))).toBe("conflict");
    expect(betterOf(row(1), row(1))).toBe(row(1));
  });
});

describe("compaction", () => {
  test("makes one segment that holds the same", async () => {
    const folder = newFolder();
    const digest = (await smallSweep(folder)).digest();
    const [first] = segmentsOf(folder);
    const lines = fs.readFileSync(first!, "utf8").trimEnd().split("\n");
    // A writer that has died inside a line, and damage in what it had written before.
    const dead = path.join(folder, "seg-00000000-1-1.ndjson");
    const sealedEnd = lines.at(-1)!;
    const torn = [lines[0], lines[1], lines[2]!.replace("cal", "cil"), sealedEnd, "0123"];
    fs.writeFileSync(dead, torn.join("\n"));
    expect(SweepStore.open(folder).status()).toMatchObject({ damaged: 1, torn: 1, done: 12 });
    expect(compact(folder)).toEqual({ segments: 2, rows: 12 });
    const after = SweepStore.open(folder);
    expect(segmentsOf(folder).length).toBe(1);
    expect(after.digest()).toBe(digest);
    expect(after.status()).toMatchObject({ damaged: 0, torn: 0, done: 12 });
    expect(fs.readFileSync(path.join(folder, "bad.ndjson"), "utf8")).toContain("cil");
    expect(after.rows.provenance[0]!.origins).toHaveLength(2);
    expect(compact(folder)).toEqual({ segments: 0, rows: 0 });
  });

  test("leaves segments alone whose writers may live", () => {
    const folder = newFolder();
    for (const n of [1, 2]) {
      const store = new RowStore(folder);
      store.write(provenance("test"), "end");
      store.append(row(n));
    }
    expect(compact(folder)).toEqual({ segments: 0, rows: 0 });
    expect(segmentsOf(folder).length).toBe(2);
  });
});

describe("damage", () => {
  test("1,000 flipped bits: each detected, at most two rows lost, none wrong", async () => {
    const folder = newFolder();
    await smallSweep(folder);
    const flips = flipBits(folder, 1_000, new RandomStream(deriveStream(4, "flips")));
    expect(flips).toMatchObject({ made: 1_000, detected: 1_000, wrong: 0 });
    expect(flips.lost).toBeGreaterThan(0);
    expect(flips.lost).toBeLessThanOrEqual(2);
  });

  test("is quarantined once, mended, and computed again", async () => {
    const folder = newFolder();
    const digest = (await smallSweep(folder)).digest();
    const [segment] = segmentsOf(folder);
    fs.writeFileSync(segment!, fs.readFileSync(segment!, "utf8").replace('"cal":', '"cal": '));
    const plan = path.join(folder, "plan.ndjson");
    fs.writeFileSync(plan, fs.readFileSync(plan, "utf8").replace("cells", "cellz"));
    expect(SweepStore.open(folder).status()).toMatchObject({ missing: 1, damaged: 2 });
    await smallSweep(folder);
    const bad = path.join(folder, "bad.ndjson");
    const once = fs.readFileSync(bad, "utf8");
    expect(once.trimEnd().split("\n")).toHaveLength(1);
    const mended = await smallSweep(folder);
    expect(fs.readFileSync(bad, "utf8")).toBe(once);
    expect(mended.digest()).toBe(digest);
    expect(mended.damagedFiles).toEqual([]);
  });

  test("that fits its hash is found by computing again", async () => {
    const folder = newFolder();
    const store = await smallSweep(folder);
    expect(await verify(store, inProcess(), 100)).toEqual({
      checked: 12,
      different: [],
      failed: [],
    });
    const [segment] = segmentsOf(folder);
    const lines = fs.readFileSync(segment!, "utf8").split("\n");
    const forged = lines[1]!.slice(17).replace(/"ipis":\d+/, '"ipis":1');
    lines[1] = sealed(forged).trimEnd();
    fs.writeFileSync(segment!, lines.join("\n"));
    const { different } = await verify(SweepStore.open(folder), inProcess(), 100);
    expect(different).toEqual([(JSON.parse(forged) as { key: string }).key]);
  });
});

test("a plan that has grown keeps the outcomes that it shares with the old one", async () => {
  const folder = newFolder();
  await smallSweep(folder);
  const resumed: number[] = [];
  const more = { ...axes, seed: [...axes.seed, 4] };
  const table = await sweep(more, build, {
    executor: "in-process",
    store: folder,
    onProgress: (progress) => resumed.push(progress.resumed),
  });
  expect([table.numRows(), resumed.at(-1)]).toEqual([16, 12]);
});

test("rows of several versions are told", async () => {
  const folder = newFolder();
  const whole = await smallSweep(folder);
  expect(whole.status().versions).toHaveLength(1);
  expect(`${whole}`).toMatch(/: 12 of 12 cells done, 0 failed, 0 missing$/);
  const store = new RowStore(folder);
  store.write({ ...provenance("test"), version: "0.0.9", commit: null }, "end");
  store.append(row(1));
  store.close();
  compact(folder);
  const [, ours] = SweepStore.open(folder).status().versions;
  expect(`${SweepStore.open(folder)}`).toMatch(
    new RegExp(`0 missing, computed by 0\\.0\\.9 and ${ours!.replace(/[.()+]/g, "\\$&")}: verify`),
  );
});

test("the page for people is canonical about what the sweep is", async () => {
  const folder = newFolder();
  await smallSweep(folder);
  const { sha256, ...page } = JSON.parse(
    fs.readFileSync(path.join(folder, "sweep.json"), "utf8"),
  ) as Record<string, unknown>;
  expect(sha256Hex(canonicalJson(page))).toBe(sha256);
  expect(page).toMatchObject({ cells: 12, provenance: { node: process.versions.node } });
});
