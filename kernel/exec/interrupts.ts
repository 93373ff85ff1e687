/** How an interrupt reaches the code of the running cell: loops, awaits and its signal. */
import type { Control } from "./control.ts";
import { byTimeout } from "./control.ts";

/** What a cell throws that was told to end. */
export class Interrupted extends Error {
  constructor(message: string) {
    super(message);
    this.name = "Interrupted";
  }
}

type Reject = (reason: unknown) => void;

/** The way of interrupts into cells; one a process. */
export class Interrupts {
  /** What loops call. */
  readonly tick: () => void;
  private readonly control: Control;
  /** Rejects what a cell is waiting for; each await is in it as long as it waits. */
  private readonly pending = new Set<Reject>();
  private controller = new AbortController();
  private timeout = "";

  constructor(control: Control) {
    this.control = control;
    this.tick = control.ticker(() => this.throwIfInterrupted());
  }

  /** The signal of the running cell. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** A cell starts; `timeout` is its limit in its own words, for the message. */
  begin(timeout = ""): void {
    this.timeout = timeout;
    this.controller = new AbortController();
    this.makeLive(this.controller.signal);
  }

  /** Ends every wait of the cell and aborts its signal. */
  interrupt(): void {
    const error = forgetKernelFrames(this.error());
    const rejections = [...this.pending];
    this.pending.clear();
    for (const reject of rejections) reject(error);
    this.controller.abort(error);
  }

  /** Throws in a cell that is to end. */
  throwIfInterrupted(): void {
    if (this.control.reason !== undefined) throw this.error();
  }

  /** What an interrupted cell throws. */
  error(): Interrupted {
    const isTimeout = this.control.reason === byTimeout;
    const limit = `the cell ran longer than ${this.timeout}`;
    return new Interrupted(isTimeout ? limit : "the cell was interrupted");
  }

  /** What `await value` waits for in a cell: the value, or the interrupt. */
  readonly await = (value: unknown): unknown => {
    this.throwIfInterrupted();
    if (!isThenable(value)) return value;
    const promise = value instanceof Promise ? value : Promise.resolve(value);
    return this.cancellable(promise);
  };

  /** What a `for await` loop of a cell goes over: the values, or the interrupt. */
  readonly iterate = (
    values: AsyncIterable<unknown> | Iterable<unknown>,
  ): AsyncIterable<unknown> => ({
    [Symbol.asyncIterator]: () => this.iterator(values),
  });

  private iterator(values: AsyncIterable<unknown> | Iterable<unknown>): AsyncIterator<unknown> {
    const asynchronous = (values as AsyncIterable<unknown>)[Symbol.asyncIterator];
    const isAsynchronous = typeof asynchronous === "function";
    const inner = isAsynchronous
      ? asynchronous.call(values)
      : (values as Iterable<unknown>)[Symbol.iterator]();
    const next = async (): Promise<IteratorResult<unknown>> => {
      const result = (await this.await(inner.next())) as IteratorResult<unknown>;
      if (isAsynchronous || result.done === true) return result;
      return { done: false, value: await this.await(result.value) };
    };
    const leave = inner.return?.bind(inner);
    if (leave === undefined) return { next };
    return { next, return: async () => (await leave()) as IteratorResult<unknown> };
  }

  /**
   * The promise, rejected early by an interrupt. It is made by `then` itself, from a class that
   * keeps the rejection, and not by `new Promise`: only so can V8 tell which function waits for it,
   * which the stack of an error shows. `Promise.race` would keep every promise it has ever seen.
   */
  private cancellable(promise: Promise<unknown>): Promise<unknown> {
    const { pending } = this;
    let reject: Reject = () => undefined;
    const link = Promise.prototype.then.call(promise);
    Object.defineProperty(link, "constructor", keepingRejection);
    const cancellable = link.then(
      (value) => {
        pending.delete(reject);
        return value;
      },
      (error) => {
        pending.delete(reject);
        throw error;
      },
    );
    reject = keptRejection;
    pending.add(reject);
    return cancellable;
  }

  /** An endless loop never sees the event, but it can ask. */
  private makeLive(signal: AbortSignal): void {
    const { control } = this;
    const isCurrent = (): boolean => this.signal === signal && control.reason !== undefined;
    const inherited = Object.getOwnPropertyDescriptor(AbortSignal.prototype, "aborted")!.get!;
    const reason = Object.getOwnPropertyDescriptor(AbortSignal.prototype, "reason")!.get!;
    Object.defineProperties(signal, {
      aborted: { get: () => isCurrent() || inherited.call(signal) },
      reason: { get: () => reason.call(signal) ?? (isCurrent() ? this.error() : undefined) },
      throwIfAborted: {
        value: () => {
          if (signal.aborted) throw signal.reason;
        },
      },
    });
  }
}

/** The rejection of the promise made last by `Keeping`; read at once. */
let keptRejection: Reject = () => undefined;

/** Makes ordinary promises, and keeps how to reject them. */
class Keeping {
  constructor(executor: (resolve: (value: unknown) => void, reject: Reject) => void) {
    // biome-ignore lint/correctness/noConstructorReturn: `then` takes what the constructor returns
    return new Promise((resolve, reject) => {
      keptRejection = reject;
      executor(resolve, reject);
    });
  }
}

const keepingRejection = { value: { [Symbol.species]: Keeping }, configurable: true };

function isThenable(value: unknown): value is PromiseLike<unknown> {
  const isObject = (typeof value === "object" && value !== null) || typeof value === "function";
  return isObject && typeof (value as { then?: unknown }).then === "function";
}

/** Of an error that arose in the kernel and not in a cell, the frames tell nothing. */
export function forgetKernelFrames(error: Interrupted): Interrupted {
  if (!/Cell\[\d+\]/.test(String(error.stack))) error.stack = `${error.name}: ${error.message}`;
  return error;
}
