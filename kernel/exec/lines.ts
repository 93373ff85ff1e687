/** Splits text that arrives in arbitrary pieces into its lines. */
export class LineReader {
  private readonly onLine: (line: string) => void;
  private rest: string[] = [];

  /** `onLine` gets each line without its end. Text behind the last line end is never delivered. */
  constructor(onLine: (line: string) => void) {
    this.onLine = onLine;
  }

  /** Takes the next piece of text. */
  push(text: string): void {
    const lines = text.split("\n");
    for (let index = 0; index < lines.length - 1; index++) {
      this.rest.push(lines[index]!);
      this.onLine(this.rest.join(""));
      this.rest = [];
    }
    this.rest.push(lines.at(-1)!);
  }
}
