import { PassThrough, type Transform } from "node:stream";
import * as zlib from "node:zlib";
import { describe, expect, test } from "vitest";
import { trace } from "../../lib/experiments/observedTrace.ts";
import { bytesOf } from "../../lib/observed/input.ts";
import { isZstd, unpackZstd } from "../../lib/observed/zstd.ts";
import { ftrace } from "./samples.ts";

/** Bytes in pieces of a length. */
async function* inPieces(bytes: Uint8Array, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

async function joined(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const piece of pieces) parts.push(Buffer.from(piece));
  return Buffer.concat(parts);
}

const magic = [0x28, 0xb5, 0x2f, 0xfd];
/** A frame with a window and a checksum: a raw block of three bytes, then one of 5 × "x". */
const framed = [...magic, 0x04, 0x50, 0x18, 0, 0, 97, 98, 99, 0x2b, 0, 0, 120, 1, 2, 3, 4];
const skippable = [0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 9, 9, 9];

describe("frames", () => {
  /** What passes to the decompressors, one text a frame. */
  async function frames(bytes: readonly number[], length: number): Promise<number[][]> {
    const found: number[][] = [];
    const decompressor = (): Transform => {
      const own: number[] = [];
      found.push(own);
      const transform = new PassThrough();
      transform.on("data", (piece: Buffer) => own.push(...piece));
      return transform;
    };
    await joined(unpackZstd(inPieces(Uint8Array.from(bytes), length), "f", decompressor));
    return found;
  }

  test("are found however the pieces are cut, and others are passed over", async () => {
    for (const length of [1, 2, 3, 7, 1000]) {
      const all = [...skippable, ...framed, ...skippable, ...framed, ...framed];
      expect(await frames(all, length)).toEqual([framed, framed, framed]);
    }
  });

  test("that break off are refused, wherever they do", async () => {
    for (let end = 1; end < framed.length; end++) {
      await expect(frames([...framed, ...framed.slice(0, end)], 5)).rejects.toThrow("SD011: file");
    }
    await expect(frames(skippable.slice(0, 9), 5)).rejects.toThrow("breaks off");
    await expect(frames([...framed, 1, 2, 3, 4], 5)).rejects.toThrow("something else behind");
  });

  test("begin with one of two numbers", () => {
    expect([magic, skippable, [0x1f, 0x8b, 8, 0], magic.slice(0, 3)].map(isZstdOf)).toEqual([
      ...[true, true, false, false],
    ]);
  });

  const isZstdOf = (bytes: readonly number[]): boolean => isZstd(Uint8Array.from(bytes));
});

/** The compressor of Node, from 22.15 on; before, the test is skipped, and the reason printed. */
function compressor(skip: (reason: string) => never): (text: string) => Buffer {
  const { zstdCompressSync } = zlib as { zstdCompressSync?: (text: string) => Buffer };
  if (zstdCompressSync !== undefined) return zstdCompressSync;
  const why = `Node ${process.versions.node} has no zstd (22.15 and later do)`;
  console.info(`skipped: ${why}`);
  return skip(why);
}

describe("with the zstd of Node", () => {
  test("files of one frame, of several, in any pieces", async ({ skip }) => {
    const compress = compressor(skip);
    const one = compress(ftrace);
    const many = Buffer.concat([one, Uint8Array.from(skippable), compress(""), one]);
    for (const length of [1, 100, 1_000_000]) {
      expect(String(await joined(bytesOf(inPieces(one, length))))).toBe(ftrace);
      expect(String(await joined(bytesOf(inPieces(many, length))))).toBe(ftrace + ftrace);
    }
    const whole = trace.parse(ftrace).sendTotals();
    expect((await trace.read([one])).sendTotals()).toEqual(whole);
  });

  test("long ones, whatever is in them", async ({ skip }) => {
    const compress = compressor(skip);
    const noise = Array.from({ length: 300_000 }, (_, i) => (i * 2_654_435_761) >>> 3).join(" ");
    for (const text of ["a".repeat(5_000_000), noise]) {
      expect(String(await joined(bytesOf([compress(text)])))).toBe(text);
    }
  });

  test("damaged and cut ones are refused", async ({ skip }) => {
    const one = compressor(skip)(ftrace);
    for (let end = 4; end < one.length; end += 7) {
      await expect(joined(bytesOf([one.subarray(0, end)]))).rejects.toThrow("SD011: file refused");
    }
    for (let at = 20; at < one.length; at += 13) {
      const damaged = Buffer.from(one);
      damaged[at]! ^= 0xff;
      const read = joined(bytesOf([damaged]));
      const text = await read.catch((error: Error) => error.message);
      // Without a checksum a change inside a literal cannot be noticed.
      if (typeof text === "string") expect(text).toMatch(/^SD011: file refused/);
    }
    const behind = Buffer.concat([one, Buffer.from("more text")]);
    await expect(joined(bytesOf([behind]))).rejects.toThrow("something else behind a zstd frame");
  });
});

test("without it the file is refused, and what to do is said", async () => {
  if ("createZstdDecompress" in zlib) return;
  const reading = joined(bytesOf([Uint8Array.from(framed)]));
  await expect(reading).rejects.toThrow("zstd needs Node 22.15 or later; unpack it first");
});
