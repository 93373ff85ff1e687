/** Lines that carry their own hash: 16 hexadecimal digits of SHA-256, a space, canonical JSON. */
import { hash } from "node:crypto";

/** Digits of the hash in front of a line. */
const DIGITS = 16;
const LINE_END = 10;

/** The line of a JSON text, with its line end. */
export function sealed(json: string): string {
  return `${hash("sha256", json, "hex").slice(0, DIGITS)} ${json}\n`;
}

/** A whole line whose hash does not fit: where it is, and its bytes. */
export interface BadLine {
  readonly offset: number;
  readonly bytes: Buffer;
}

/** What a reader does with each line. */
export interface LineVisitor {
  good(json: string): void;
  bad(line: BadLine): void;
}

/**
 * Visits the whole lines of `bytes` from `from` on and returns where the rest begins: at the end,
 * or at a tail that has no line end (its writer died, or is still writing).
 */
export function visitLines(bytes: Buffer, from: number, visitor: LineVisitor): number {
  let start = from;
  for (;;) {
    const end = bytes.indexOf(LINE_END, start);
    if (end === -1) return start;
    if (fits(bytes, start, end)) visitor.good(bytes.toString("utf8", start + DIGITS + 1, end));
    else visitor.bad({ offset: start, bytes: bytes.subarray(start, end) });
    start = end + 1;
  }
}

function fits(bytes: Buffer, start: number, end: number): boolean {
  const json = start + DIGITS + 1;
  if (end < json || bytes[json - 1] !== 32) return false;
  const found = bytes.toString("latin1", start, start + DIGITS);
  return hash("sha256", bytes.subarray(json, end), "hex").startsWith(found);
}
