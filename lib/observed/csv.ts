/** Comma-separated values as RFC 4180 defines them, read strictly and in bounded memory. */
import { linesOf, maxLineLength } from "./lines.ts";

/** One record: its fields, or what is wrong with it. */
export interface CsvRecord {
  /** Number of its first line, from 1. */
  readonly line: number;
  readonly fields: readonly string[];
  /** Why the record cannot be read, or undefined; `fields` is empty then. */
  readonly problem: string | undefined;
  /** The record as it stands in the text. */
  readonly text: string;
}

/**
 * The records of `chunks`. A quoted field may hold commas, doubled quotes and line breaks (which
 * become LF). Never throws: a malformed record carries its problem and reading goes on behind it.
 */
export function* csvRecords(chunks: Iterable<string>): Generator<CsvRecord, void, undefined> {
  let first = 0;
  let text = "";
  let inQuotes = false;
  for (const line of linesOf(chunks)) {
    if (inQuotes) text += `\n${line.text}`;
    else {
      first = line.number;
      text = line.text;
    }
    inQuotes = inQuotes !== hasOddQuotes(line.text);
    const tooLong = line.cut || text.length > maxLineLength;
    if (inQuotes && !tooLong) continue;
    yield tooLong ? broken(first, text, "a record of more than 1 MiB") : split(first, text);
    inQuotes = false;
  }
  if (inQuotes) yield broken(first, text, "a quoted field without an end");
}

function hasOddQuotes(text: string): boolean {
  let odd = false;
  for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', at + 1)) odd = !odd;
  return odd;
}

function broken(line: number, text: string, problem: string): CsvRecord {
  return { line, fields: [], problem, text };
}

function split(line: number, text: string): CsvRecord {
  if (!text.includes('"')) return { line, fields: text.split(","), problem: undefined, text };
  const fields: string[] = [];
  for (let start = 0; start <= text.length; ) {
    const quoted = text[start] === '"';
    const end = quoted ? closingQuote(text, start) + 1 : nextComma(text, start);
    const field = text.slice(start, end);
    if (quoted && end < text.length && text[end] !== ",") {
      return broken(line, text, "text after a closing quote");
    }
    if (!quoted && field.includes('"')) return broken(line, text, "a quote inside a bare field");
    fields.push(quoted ? field.slice(1, -1).replaceAll('""', '"') : field);
    start = end + 1;
  }
  return { line, fields, problem: undefined, text };
}

/** Index of the quote that ends the field opened at `open`; a doubled quote does not. */
function closingQuote(text: string, open: number): number {
  let at = text.indexOf('"', open + 1);
  while (at !== -1 && text[at + 1] === '"') at = text.indexOf('"', at + 2);
  return at === -1 ? text.length - 1 : at;
}

function nextComma(text: string, start: number): number {
  const comma = text.indexOf(",", start);
  return comma === -1 ? text.length : comma;
}
