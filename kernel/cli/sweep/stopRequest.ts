/** Somebody asks a command to stop: Ctrl-C, or the signal of a scheduler. */
import vm from "node:vm";
import type { Around } from "../../../lib/experiments/executors/inProcess.ts";

/** Where a script finds what it is to run: nothing else can be handed to it. */
const place: unique symbol = Symbol.for("shootdown.computation") as never;
type Holder = { [place]?: (() => unknown) | undefined };

/** Heeds SIGINT and SIGTERM once; the second one of a kind ends the process. */
export class StopRequest {
  private readonly controller = new AbortController();

  constructor() {
    for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, this.abort);
  }

  /** Aborted by the first signal. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /**
   * Lets Ctrl-C end a computation that keeps this thread from its events: nothing else can. SIGTERM
   * has its default effect until the end of the process, which loses no more than that cell.
   */
  readonly around: Around = <T>(compute: () => T): T => {
    process.off("SIGTERM", this.abort);
    const holder = globalThis as Holder;
    holder[place] = compute;
    try {
      return script().runInThisContext({ breakOnSigint: true }) as T;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ERR_SCRIPT_EXECUTION_INTERRUPTED")
        this.abort();
      throw error;
    } finally {
      holder[place] = undefined;
    }
  };

  private readonly abort = (): void => this.controller.abort();
}

let compiled: vm.Script | undefined;

function script(): vm.Script {
  compiled ??= new vm.Script('globalThis[Symbol.for("shootdown.computation")]()');
  return compiled;
}
