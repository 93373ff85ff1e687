/**
 * `/proc/interrupts` as a mail client leaves it: long lines cut into several. They can be joined
 * again without guessing, because every row has one value for each CPU.
 */

/** Longest text that is joined. */
const maxLength = 16_777_216;

/** Parts of one line that belong together. */
interface Row {
  readonly label: string;
  readonly values: string[];
  description: string;
}

/**
 * The text with one line a row, and what was done. Undefined when the values of some row do not
 * match the header, or, without a header, when not all rows have the same number of values.
 */
export function unwrapped(text: string): { text: string; mended: readonly string[] } | undefined {
  if (text.length > maxLength) return undefined;
  const cpus: string[] = [];
  const rows: Row[] = [];
  for (const line of text.split("\n")) {
    const words = line.split(/\s+/).filter((word) => word !== "");
    if (words.length === 0) continue;
    if (rows.length === 0 && words.every((word) => /^CPU\d{1,7}$/.test(word))) {
      for (const word of words) cpus.push(word);
    } else if (!takeWords(words, rows)) return undefined;
  }
  if (rows.length === 0) return undefined;
  const width = cpus.length > 0 ? cpus.length : rows[0]!.values.length;
  if (width < 2 || rows.some(({ values }) => values.length !== width)) return undefined;
  const mended = ["lines that a mail client wrapped were joined"];
  if (cpus.length === 0) {
    mended.push(`there is no header: the ${width} values of a row are taken as those of CPU 0…`);
    for (let cpu = 0; cpu < width; cpu++) cpus.push(`CPU${cpu}`);
  }
  const lines = rows.map(
    ({ label, values, description }) => `${label} ${values.join(" ")} ${description}`,
  );
  return { text: `${cpus.join(" ")}\n${lines.join("\n")}\n`, mended };
}

/** Adds the words of a line to the rows; false when they belong to none. */
function takeWords(words: readonly string[], rows: Row[]): boolean {
  const [first = "", ...others] = words;
  const isLabel = /^[^:]+:$/.test(first);
  if (isLabel) rows.push({ label: first, values: [], description: "" });
  const row = rows.at(-1);
  if (row === undefined) return false;
  for (const word of isLabel ? others : words) {
    if (row.description === "" && /^\d{1,15}$/.test(word)) row.values.push(word);
    else row.description = `${row.description} ${word}`.trimStart();
  }
  return true;
}
