/**
 * How much text a cell may print. A loop that prints for ever would otherwise fill the memory of
 * the kernel, of the front end, and the notebook file.
 */
import type { StreamName } from "../exec/messages.ts";

/** Text that each cell may print, in UTF-16 code units. */
export const printLimit: number = 16 * 1024 * 1024;

/** A piece of text to show. */
export interface Printed {
  readonly name: StreamName;
  readonly text: string;
}

/** The text of one cell. */
export class PrintBudget {
  private left = printLimit;
  private omitted = 0;

  /** What of the text is shown: all of it, a part and a notice, or nothing. */
  spend(name: StreamName, text: string): Printed[] {
    const shown = text.slice(0, this.left);
    const hadRoom = this.left > 0;
    this.left -= shown.length;
    this.omitted += text.length - shown.length;
    if (shown.length === text.length) return [{ name, text }];
    const notice = `\n[a cell may print ${mebi(printLimit)}: what follows is left out]\n`;
    return hadRoom
      ? [
          { name, text: shown },
          { name: "stderr", text: notice },
        ]
      : [];
  }

  /** What to say at the end of the cell. */
  summary(): Printed[] {
    if (this.omitted === 0) return [];
    return [{ name: "stderr", text: `[${mebi(this.omitted)} left out]\n` }];
  }
}

function mebi(length: number): string {
  const mebibytes = length / 1024 / 1024;
  return mebibytes < 1 ? `${length} characters` : `${Math.round(mebibytes)} Mi characters`;
}
