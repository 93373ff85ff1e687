/** Breaks sentences into lines for fixed-width text. */

/**
 * The text in lines of at most `width` characters, broken at blanks; the first line begins with
 * `first`, the others with as many blanks. A word that is longer than a line stands alone.
 */
export function wrapWords(words: string, width: number, first = ""): string {
  const indent = " ".repeat(first.length);
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of words.split(" ").filter((one) => one !== "")) {
    if (!isEmpty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line].join("\n");
}
