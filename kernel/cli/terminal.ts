/**
 * Text on its way to a terminal. What a trace or a file has put into it may carry escape sequences
 * that move the cursor, rename the window or make links: they are shown, not obeyed. Colours, tabs
 * and the return to the start of a line stay as they are.
 */

/** Colours as they are; control characters and changes of direction as escapes: `\u{1b}`. */
export function forTerminal(text: string): string {
  return text.replace(special, (found) => {
    const code = found.codePointAt(0) ?? 0;
    return found.length > 1 ? found : `\\u{${code.toString(16)}}`;
  });
}

/** Keeps back the start of a colour whose rest comes with the next piece of a stream. */
export class TerminalStream {
  private kept = "";

  /** What can be printed now. */
  take(text: string): string {
    const all = this.kept + text;
    this.kept = unfinished.exec(all)?.[0] ?? "";
    return forTerminal(all.slice(0, all.length - this.kept.length));
  }

  /** What was kept back and is no colour. */
  end(): string {
    const rest = forTerminal(this.kept);
    this.kept = "";
    return rest;
  }
}

const special = new RegExp(
  "\\u001b\\[[0-9;:]{0,60}m|[\\u0000-\\u0007\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f" +
    "\\u202a-\\u202e\\u2066-\\u2069]",
  "g",
);

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences start with one
const unfinished = /\u001b(?:\[[0-9;:]{0,60})?$/;
