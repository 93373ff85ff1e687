/** Scanning of bytes, four at a time where that is faster. */

/** A stretch of input with two views of the same bytes. */
export interface Bytes {
  readonly at: Uint8Array;
  readonly words: DataView;
}

/** Both views of `bytes`. */
export function bytesIn({ buffer, byteOffset, byteLength }: Uint8Array): Bytes {
  return {
    at: Buffer.from(buffer, byteOffset, byteLength), // whose search is faster
    words: new DataView(buffer, byteOffset, byteLength),
  };
}

/** Not zero when one of the four bytes of `word` is a line feed. */
export function hasNewline(word: number): number {
  const marked = word ^ 0x0a0a0a0a;
  return (marked - 0x01010101) & ~marked & 0x80808080;
}

/** Index of the first line feed from `start` on, or `end`. */
export function lineEnd({ at }: Bytes, start: number, end: number): number {
  const index = at.indexOf(10, start);
  return index < 0 || index > end ? end : index;
}

/** The text of a stretch; bytes that are no UTF-8 become replacement characters. */
export function textIn(at: Uint8Array, start: number, end: number): string {
  return Buffer.from(at.buffer, at.byteOffset + start, end - start).toString("utf8");
}

/** True for the code of a blank or tab. */
export function isBlank(code: number | undefined): boolean {
  return code === 32 || code === 9;
}

/** True for the code of a decimal digit. */
export function isDigit(code: number | undefined): boolean {
  return code !== undefined && code >= 48 && code <= 57;
}

/** Whether the first thing in a line is a digit; most lines have blanks and a name there. */
export function beginsWithDigit(at: Uint8Array, start: number): boolean {
  let index = start;
  while (at[index] === 32) index++;
  const code = at[index]!;
  return code >= 48 && code <= 57;
}

/** True for a character of an event name: letters, digits, `_`, `.`, `-` and beyond ASCII. */
export function isNamePart(code: number | undefined): boolean {
  if (code === undefined) return false;
  const letter = code | 32;
  return (
    (letter >= 97 && letter <= 122) ||
    (code >= 48 && code <= 57) ||
    code === 95 ||
    code === 46 ||
    code === 45 ||
    code >= 128
  );
}
