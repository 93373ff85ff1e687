/** Lines of a text that is at hand. */

/** Calls `take` with each line, without its line end, and its number from 1. */
export function eachLine(text: string, take: (line: string, number: number) => void): void {
  let number = 1;
  for (let start = 0; start < text.length; number++) {
    const newline = text.indexOf("\n", start);
    const end = newline === -1 ? text.length : newline;
    const stop = end > start && text.charCodeAt(end - 1) === 13 ? end - 1 : end;
    take(text.slice(start, stop), number);
    start = end + 1;
  }
}
