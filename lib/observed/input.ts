/** Bytes of a file or stream, unpacked when they are gzip or zstd. */
import { createReadStream } from "node:fs";
import { Readable, type Transform } from "node:stream";
import * as zlib from "node:zlib";
import { invalid, refused } from "../base/messages.ts";
import { isZstd, unpackZstd } from "./zstd.ts";

/** Where input comes from: the path of a file, or pieces of bytes or text. */
export type Source = string | AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string>;

/** Bytes of one read. */
const pieceBytes = 1_048_576;

/**
 * The bytes of a source in pieces of at most about 1 MiB. gzip and zstd are told by their first
 * bytes. Throws SD011 for a file that cannot be read, for damaged gzip or zstd, and for zstd where
 * Node cannot unpack it; SD001 for what is no source.
 */
export async function* bytesOf(source: Source): AsyncGenerator<Uint8Array, void, undefined> {
  const name = typeof source === "string" ? source : "stream";
  try {
    yield* unpacked(piecesOf(source), name);
  } catch (error) {
    const { code, message } = error as Error & { code?: unknown };
    if (typeof code !== "string" || code.startsWith("SD")) throw error;
    throw refused("file", name, message);
  }
}

/** Bytes of a text or of bytes that are at hand. */
export function bytesOfText(text: string | Uint8Array): Uint8Array {
  return typeof text === "string" ? Buffer.from(text) : text;
}

async function* piecesOf(source: Source): AsyncGenerator<Uint8Array, void, undefined> {
  if (typeof source === "string") {
    if (source === "") throw invalid("path", source, "the path of a file");
    yield* createReadStream(source, { highWaterMark: pieceBytes });
    return;
  }
  const iterable = source as Partial<AsyncIterable<unknown> & Iterable<unknown>> | undefined;
  if (iterable?.[Symbol.asyncIterator] === undefined && iterable?.[Symbol.iterator] === undefined) {
    throw invalid("source", source, "the path of a file, or a stream of bytes or text");
  }
  for await (const piece of source) yield typeof piece === "string" ? Buffer.from(piece) : piece;
}

/** The pieces as they are, or what a decompressor makes of them. */
async function* unpacked(
  pieces: AsyncGenerator<Uint8Array, void, undefined>,
  name: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { first, all } = await withFirst(pieces);
  if (isZstd(first)) yield* unpackZstd(all, name, zstdDecompressor(name));
  else if (first[0] === 0x1f && first[1] === 0x8b) yield* unpackGzip(all);
  else yield* all;
}

async function* unpackGzip(
  pieces: AsyncGenerator<Uint8Array, void, undefined>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const decompressor = zlib.createGunzip({ chunkSize: 262_144 });
  const input = Readable.from(pieces, { objectMode: false });
  input.on("error", (error) => decompressor.destroy(error));
  yield* input.pipe(decompressor);
}

/** The first bytes (at least four, unless there are fewer), and everything from the start. */
async function withFirst(pieces: AsyncGenerator<Uint8Array, void, undefined>): Promise<{
  first: Uint8Array;
  all: AsyncGenerator<Uint8Array, void, undefined>;
}> {
  let first: Uint8Array = new Uint8Array(0);
  while (first.length < 4) {
    const next = await pieces.next();
    if (next.done === true) break;
    first = first.length === 0 ? next.value : Buffer.concat([first, next.value]);
  }
  async function* all(): AsyncGenerator<Uint8Array, void, undefined> {
    if (first.length > 0) yield first;
    yield* pieces;
  }
  return { first, all: all() };
}

/** Makes decompressors of Node; there are none before 22.15. */
function zstdDecompressor(name: string): () => Transform {
  const { createZstdDecompress } = zlib as { createZstdDecompress?: () => Transform };
  if (createZstdDecompress !== undefined) return createZstdDecompress;
  throw refused("file", name, "zstd needs Node 22.15 or later; unpack it first: zstd -d FILE");
}
