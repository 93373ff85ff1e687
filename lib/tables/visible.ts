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

function isHidden(code: number): boolean {
  return (
    code < 0x20 ||
    (code >= 0x7f && code <= 0x9f) ||
    (code >= 0x200b && code <= 0x200f) ||
    (code >= 0x2028 && code <= 0x202e) ||
    (code >= 0x2060 && code <= 0x206f) ||
    code === 0xfeff
  );
}

function escaped(character: string, code: number): string {
  if (character === "\n") return "\\n";
  if (character === "\r") return "\\r";
  if (character === "\t") return "\\t";
  return `\\u{${code.toString(16)}}`;
}
