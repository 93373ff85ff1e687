/** A real cell process for tests, spoken to over its pipes. */
import { setTimeout } from "node:timers/promises";
import type {
  CellCommand,
  CellDone,
  CellEvent,
  CellOutput,
  CellReply,
  ExecuteCommand,
} from "../../../kernel/exec/messages.ts";
import type * as processes from "../../../kernel/exec/process.ts";
import { built } from "../build.ts";
import { testFolder } from "../notebooks.ts";

/** What an execution has brought. */
export interface Ran {
  readonly done: CellDone;
  readonly outputs: readonly CellOutput[];
  /** From the interrupt to the end; 0 without one. */
  readonly endedAfterMs: number;
}

/** What may be asked without a number. */
type Asked = Extract<CellCommand, { readonly id: number }>;

/** Cells of one process. */
export class Cells {
  private readonly process: processes.CellProcess;
  private readonly listeners = new Set<(event: CellEvent) => void>();
  private count = 0;

  private constructor(create: typeof processes.CellProcess, folder: string) {
    this.process = new create(folder, (event) => {
      for (const listener of [...this.listeners]) listener(event);
    });
  }

  /** Starts a process in a folder of its own. */
  static async start(name: string): Promise<Cells> {
    const { CellProcess } = await built<typeof processes>("kernel/exec/process.ts");
    return new Cells(CellProcess, testFolder(name));
  }

  /** Runs a cell; with `interruptAfterMs`, and interrupts it that long after the word `go`. */
  async run(
    code: string,
    options: Partial<ExecuteCommand> & { readonly interruptAfterMs?: number } = {},
  ): Promise<Ran> {
    const { interruptAfterMs, ...rest } = options;
    this.count += 1;
    const run = this.count;
    const outputs: CellOutput[] = [];
    let interruptedMs = 0;
    const interrupt = async (): Promise<void> => {
      await setTimeout(interruptAfterMs);
      interruptedMs = performance.now();
      this.process.interrupt(run);
    };
    const done = this.next((event): event is CellDone => {
      if (event.kind === "stream" && event.text.startsWith("go") && interruptedMs === 0) {
        interruptedMs = -1;
        interrupt();
      }
      if (isOutput(event)) outputs.push(event);
      return event.kind === "done" && event.run === run;
    });
    this.process.send({
      ...{ kind: "execute", run, cell: run, code, silent: false, storeHistory: true },
      ...{ userExpressions: {}, allowStdin: true },
      ...rest,
    } as ExecuteCommand);
    const ended = await done;
    const endedAfterMs = interruptedMs > 0 ? performance.now() - interruptedMs : 0;
    return { done: ended, outputs, endedAfterMs };
  }

  /** Puts a question. */
  async ask(question: Omit<Asked, "id"> & { readonly cursor?: number }): Promise<CellReply> {
    this.count += 1;
    const id = this.count;
    const reply = this.next((event): event is CellReply => "id" in event && event.id === id);
    this.process.send({ ...question, id } as Asked);
    return await reply;
  }

  /** Sends a command that nothing answers. */
  send(command: CellCommand): void {
    this.process.send(command);
  }

  /** The next event of a kind; rejects when the process ends. */
  next<Event extends CellEvent>(is: (event: CellEvent) => event is Event): Promise<Event> {
    return new Promise((resolve, reject) => {
      const listener = (event: CellEvent): void => {
        if (!is(event)) return;
        this.listeners.delete(listener);
        resolve(event);
      };
      this.listeners.add(listener);
      this.process.ended.then(reject);
    });
  }

  /** Lets the process leave. */
  async close(): Promise<void> {
    await this.process.close();
  }
}

/** The text of the last value; the headline of the error if there was one. */
export function shownIn({ outputs }: Ran): unknown {
  const error = outputs.find(({ kind }) => kind === "error");
  if (error?.kind === "error") return `${error.ename}: ${error.evalue}`;
  const result = outputs.find(({ kind }) => kind === "result");
  return result?.kind === "result" ? result.data["text/plain"] : undefined;
}

function isOutput(event: CellEvent): event is CellOutput {
  return !["ready", "declared", "done", "input_request"].includes(event.kind) && !("id" in event);
}
