/**
 * zstd (RFC 8878): frame after frame, each to its end. The decompressor of Node takes one frame and
 * drops what is left of the piece it ends in, and takes a frame that breaks off for a whole one, so
 * that both have to be seen here.
 */
import type { Transform } from "node:stream";
import { Readable } from "node:stream";
import { refused } from "../base/messages.ts";

/** Bytes in pieces. */
type Pieces = AsyncGenerator<Uint8Array, void, undefined>;

const FRAME = 0xfd2fb528;
/** Sixteen numbers from here on: frames that hold something else, to be passed over. */
const SKIPPABLE = 0x184d2a50;
/** Most of what is taken from a piece at a time. */
const largestPart = 1_048_576;

/** Whether these first bytes begin a zstd file. */
export function isZstd(first: Uint8Array): boolean {
  if (first.length < 4) return false;
  const magic = numberIn(first);
  return magic === FRAME || isSkippable(magic);
}

/**
 * What the frames of `pieces` hold, unpacked by `decompressor`, which makes a new one for each.
 * Throws SD011 when the last frame breaks off, or when something else stands between frames.
 */
export async function* unpackZstd(
  pieces: Pieces,
  name: string,
  decompressor: () => Transform,
): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = new Reader(pieces, name);
  for (;;) {
    const head = await reader.most(4);
    if (head.length === 0) return;
    const magic = head.length === 4 ? numberIn(head) : 0;
    if (isSkippable(magic)) {
      for await (const _ of reader.parts(numberIn(await reader.exactly(4))));
    } else if (magic === FRAME) {
      const output = decompressor();
      const input = Readable.from(frame(reader, head), { objectMode: false });
      input.on("error", (error) => output.destroy(error));
      yield* input.pipe(output);
    } else throw refused("file", name, "something else behind a zstd frame");
  }
}

function isSkippable(magic: number): boolean {
  return magic >= SKIPPABLE && magic < SKIPPABLE + 16;
}

function numberIn(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true);
}

/** The bytes of one frame: header, blocks, checksum. */
async function* frame(reader: Reader, magic: Uint8Array): AsyncGenerator<Uint8Array> {
  yield magic;
  const [descriptor = 0] = await reader.exactly(1);
  yield Uint8Array.of(descriptor);
  const isSingle = ((descriptor >> 5) & 1) === 1;
  const window = isSingle ? 0 : 1;
  const dictionary = [0, 1, 2, 4][descriptor & 3]!;
  const size = [isSingle ? 1 : 0, 2, 4, 8][descriptor >> 6]!;
  yield* reader.parts(window + dictionary + size);
  for (let isLast = false; !isLast; ) {
    const head = await reader.exactly(3);
    yield head;
    const number = head[0]! | (head[1]! << 8) | (head[2]! << 16);
    isLast = (number & 1) === 1;
    // A block of one byte that is repeated has its length in the place of its size.
    yield* reader.parts(((number >> 1) & 3) === 1 ? 1 : number >> 3);
  }
  if (((descriptor >> 2) & 1) === 1) yield* reader.parts(4);
}

/** Takes as many bytes as are asked for, however the pieces are cut. */
class Reader {
  readonly #pieces: Pieces;
  readonly #name: string;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(pieces: Pieces, name: string) {
    this.#pieces = pieces;
    this.#name = name;
  }

  /** At most `count` bytes; fewer at the end of the input only. */
  async most(count: number): Promise<Uint8Array> {
    const taken = new Uint8Array(count);
    let length = 0;
    while (length < count && (await this.#fill())) {
      const part = this.#take(count - length);
      taken.set(part, length);
      length += part.length;
    }
    return taken.subarray(0, length);
  }

  async exactly(count: number): Promise<Uint8Array> {
    const found = await this.most(count);
    if (found.length < count) throw this.#brokenOff();
    return found;
  }

  /** The next `count` bytes in parts, without copies. */
  async *parts(count: number): AsyncGenerator<Uint8Array, void, undefined> {
    for (let left = count; left > 0; ) {
      if (!(await this.#fill())) throw this.#brokenOff();
      const part = this.#take(Math.min(left, largestPart));
      left -= part.length;
      yield part;
    }
  }

  #take(count: number): Uint8Array {
    const part = this.#rest.subarray(0, count);
    this.#rest = this.#rest.subarray(part.length);
    return part;
  }

  /** False when there is nothing more. */
  async #fill(): Promise<boolean> {
    while (this.#rest.length === 0) {
      const next = await this.#pieces.next();
      if (next.done === true) return false;
      this.#rest = next.value;
    }
    return true;
  }

  #brokenOff(): Error {
    return refused("file", this.#name, "zstd that breaks off: unexpected end of file");
  }
}
