/** Makes characters visible that a reader could not see, or that would move the cursor. */

/**
 * The text with control characters, invisible characters and direction overrides written as escapes
 * (`\n`, `\u{202e}`); with `ascii`, everything outside ASCII as well.
 */
export function visible(text: string, ascii: boolean): string {
  let out = "";
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    out += isHidden(code) || (ascii && code > 0x7e) ? escaped(character, code) : character;
  }
  return out;
}

/** Beyond controls: marks of direction, blanks without width, halves of pairs, tags. */
const hiddenRanges: readonly (readonly [number, number])[] = [
  [0xad, 0xad],
  [0x61c, 0x61c],
  [0x180e, 0x180e],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0xd800, 0xdfff],
  [0xfeff, 0xfeff],
  [0xfff9, 0xfffb],
  [0xe0000, 0xe007f],
];

function isHidden(code: number): boolean {
  if (code >= 0x20 && code < 0x7f) return false;
  return code <= 0x9f || hiddenRanges.some(([first, last]) => code >= first && code <= last);
}

function escaped(character: string, code: number): string {
  if (character === "\n") return "\\n";
  if (character === "\r") return "\\r";
  if (character === "\t") return "\\t";
  return `\\u{${code.toString(16)}}`;
}
