/**
 * Progress that updates in place while it goes on, and ends as one line without times, so that a
 * report reads the same on each run. On a terminal it is a line on stderr.
 */
import { checkInteger, checkString } from "../base/check.ts";
import { invalid } from "../base/messages.ts";
import { escapeHtml } from "../tables/html.ts";
import { visible } from "../tables/visible.ts";
import type { Displayed } from "./bundle.ts";
import { type Screen, screen } from "./screen.ts";
import { newDisplayId } from "./show.ts";

/** What progress can be told. */
export interface ProgressOptions {
  /** What is being done, in a few words. */
  readonly label?: string;
  /** How many there will be, for iterables that do not know. */
  readonly total?: number;
}

/** Progress that is moved by hand. */
export interface Progress {
  /** So many more are done (default 1). The last one ends it. */
  step(count?: number): void;
  /** Ends it before all are done. */
  end(): void;
}

/** Updates a second at most. */
const updateMs = 100;

/** Progress over a number of things, moved by hand. */
export function progress(total: number, options?: ProgressOptions): Progress;
/** Goes over values, and shows how far. */
export function progress<T>(values: Iterable<T>, options?: ProgressOptions): Iterable<T>;
/** Goes over values as they come, and shows how far. */
export function progress<T>(values: AsyncIterable<T>, options?: ProgressOptions): AsyncIterable<T>;
export function progress<T>(
  source: number | Iterable<T> | AsyncIterable<T>,
  options: ProgressOptions = {},
): Progress | Iterable<T> | AsyncIterable<T> {
  const label = options.label === undefined ? "" : checkString("label", options.label);
  const total = options.total === undefined ? sizeOf(source) : checkTotal(options.total);
  if (typeof source === "number") return new Bar(label, total).started();
  if (Symbol.asyncIterator in source) return overLater(source, () => new Bar(label, total));
  if (Symbol.iterator in source) return over(source, () => new Bar(label, total));
  throw invalid("progress", source, "a number, or values to go over");
}

function checkTotal(total: number): number {
  return checkInteger("total", total, 0, Number.MAX_SAFE_INTEGER);
}

function sizeOf(source: unknown): number | undefined {
  if (typeof source === "number") return checkTotal(source);
  if (typeof source !== "object" || source === null) {
    throw invalid("progress", source, "a number, or values to go over");
  }
  const { length, size } = source as { length?: unknown; size?: unknown };
  const known = length ?? size;
  return typeof known === "number" ? known : undefined;
}

function* over<T>(values: Iterable<T>, create: () => Bar): Generator<T> {
  const bar = create().started();
  try {
    for (const value of values) {
      yield value;
      bar.advance(1);
    }
    bar.complete();
  } finally {
    bar.end();
  }
}

async function* overLater<T>(values: AsyncIterable<T>, create: () => Bar): AsyncGenerator<T> {
  const bar = create().started();
  try {
    for await (const value of values) {
      yield value;
      bar.advance(1);
    }
    bar.complete();
  } finally {
    bar.end();
  }
}

class Bar implements Progress {
  private readonly label: string;
  private readonly total: number | undefined;
  private readonly output: Output;
  private readonly startedMs = performance.now();
  private shownMs = 0;
  private done = 0;
  private isOver = false;
  private isComplete = false;

  constructor(label: string, total: number | undefined) {
    // A label may be the name of a file or of a program: nothing hidden gets to the terminal.
    this.label = visible(label, false);
    this.total = total;
    this.output = outputOn(screen());
  }

  started(): this {
    this.show();
    if (this.total === 0) this.end();
    return this;
  }

  step(count = 1): void {
    this.advance(checkInteger("count", count, 0, Number.MAX_SAFE_INTEGER));
    if (this.total !== undefined && this.done >= this.total) this.end();
  }

  advance(count: number): void {
    this.done += count;
    if (!this.isOver && performance.now() - this.shownMs >= updateMs) this.show();
  }

  /** All values have come, whatever their number was said to be. */
  complete(): void {
    this.isComplete = true;
  }

  end(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.output.last(this.finalLine());
  }

  private show(): void {
    this.shownMs = performance.now();
    this.output.update(this.line(), this.bar());
  }

  private finalLine(): string {
    const { done, total } = this;
    const stopped = this.isComplete || total === undefined || done >= total ? "" : ", stopped";
    // A number that was given and turned out wrong is not repeated.
    const of = total === undefined || (this.isComplete && done !== total) ? "" : ` of ${total}`;
    return `${this.prefix()}${done}${of}${stopped}`;
  }

  private line(): string {
    const { done, total } = this;
    const seconds = (performance.now() - this.startedMs) / 1_000;
    const rate = done / seconds;
    const speed = done === 0 ? "" : `, ${rate.toPrecision(2)} a second`;
    if (total === undefined) return `${this.prefix()}${done}${speed}`;
    const left = done === 0 ? "" : `, ${Math.max(0, (total - done) / rate).toFixed(0)} s left`;
    return `${this.prefix()}${done} of ${total}${speed}${left}`;
  }

  private bar(): string {
    const value = this.total === undefined ? "" : ` value="${this.done}" max="${this.total}"`;
    return `<progress${value}></progress> ${escapeHtml(this.line())}`;
  }

  private prefix(): string {
    return this.label === "" ? "" : `${this.label}: `;
  }
}

interface Output {
  update(text: string, html: string): void;
  /** The line that stays. */
  last(text: string): void;
}

function outputOn(target: Screen): Output {
  return target.canUpdate ? notebookOutput(target) : terminalOutput();
}

function notebookOutput(target: Screen): Output {
  const id = newDisplayId();
  let update = false;
  const put = (data: Displayed["data"]): void => {
    target.show({ data, metadata: {} }, { id, update });
    update = true;
  };
  return {
    update: (text, html) => put({ "text/html": html, "text/plain": text }),
    last: (text) => put({ "text/plain": text }),
  };
}

/** Where stderr is no terminal, the last line alone. */
function terminalOutput(): Output {
  const { stderr } = process;
  const width = Math.max(1, (stderr.columns ?? 80) - 1);
  return {
    update(text) {
      if (stderr.isTTY) stderr.write(`\r${text.slice(0, width)}\u001b[K`);
    },
    last: (text) => {
      stderr.write(stderr.isTTY ? `\r${text.slice(0, width)}\u001b[K\n` : `${text}\n`);
    },
  };
}
