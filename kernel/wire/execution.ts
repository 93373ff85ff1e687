/** Cells, executed one after the other in the order in which front ends ask for them. */
import type { ShootdownError } from "../../lib/base/messages.ts";
import {
  type CellDone,
  type CellError,
  type CellOutput,
  killAfterMs,
  type MimeBundle,
} from "../exec/messages.ts";
import type { Cells } from "./cells.ts";
import type { History } from "./history.ts";
import type { Content, Message } from "./message.ts";
import type { Parent, Publisher } from "./publisher.ts";

/** Sends the reply to an `execute_request`. */
export type ExecuteReply = (request: Message, content: Content, metadata: Content) => void;

/** What executions work with. */
export interface ExecutionParts {
  readonly cells: Cells;
  readonly publisher: Publisher;
  readonly history: History;
  readonly reply: ExecuteReply;
}

interface Execution {
  readonly request: Message;
  readonly run: number;
  readonly count: number;
  readonly isSilent: boolean;
  readonly started: string;
  error: CellError | undefined;
  hasFailed: boolean;
}

/** The queue of executions. */
export class Executions {
  private readonly parts: ExecutionParts;
  private waiting: Message[] = [];
  private current: Execution | undefined;
  /** The latest that shows, to which late outputs belong too: those of timers, for instance. */
  private latest: Execution | undefined;
  private count = 0;
  private runs = 0;
  private deadline: NodeJS.Timeout | undefined;

  constructor(parts: ExecutionParts) {
    this.parts = parts;
  }

  /** A cell is running. */
  get isBusy(): boolean {
    return this.current !== undefined;
  }

  /** The request whose outputs come now. */
  get parent(): Parent {
    return this.latest?.request.header ?? {};
  }

  /** The request that may ask its user for input. */
  get asking(): Message | undefined {
    return this.current?.request;
  }

  /** Takes a request. */
  add(request: Message): void {
    this.waiting.push(request);
    this.next();
  }

  /** Ends the running cell: first by the cell process itself, at last with that process. */
  interrupt(): void {
    if (this.current === undefined) return;
    this.parts.cells.interrupt(this.current.run);
    const reason = `did not stop within ${killAfterMs / 1_000} s of an interrupt and was ended`;
    this.deadline ??= setTimeout(() => this.parts.cells.kill(reason), killAfterMs);
  }

  /** Publishes what the cell process puts out. */
  output(event: CellOutput): void {
    if (event.kind === "error" && this.current !== undefined) {
      // Told when the cell has ended: together with the reply.
      const { ename, evalue, traceback } = event;
      this.current.error ??= { ename, evalue, traceback };
    } else if (this.current?.isSilent !== true) {
      this.publish(event);
    }
  }

  /** The cell process has ended a cell. */
  done({ run, status, userExpressions = {}, payload = [] }: CellDone): void {
    const execution = this.current;
    if (execution?.run !== run) return;
    const { publisher } = this.parts;
    if (!execution.isSilent) publisher.endPrinting(execution.request.header);
    if (status === "error" || execution.error !== undefined) {
      void this.fail(execution, execution.error ?? failed);
    } else {
      this.finish(execution, { status, user_expressions: userExpressions, payload });
      this.next();
    }
  }

  /**
   * The cell process is gone, and with it the running cell, what waits, and all variables.
   * Resolves when front ends have been told.
   */
  async died(reason: ShootdownError): Promise<void> {
    const { name: ename, message: evalue } = reason;
    const traceback = [`${ename}: ${evalue}`, "", ...adviceAfter(evalue)];
    const metadata = { cell_process: "died" };
    if (this.current !== undefined) {
      await this.fail(this.current, { ename, evalue, traceback }, metadata);
    }
  }

  private publish(event: CellOutput): void {
    const { publisher, history } = this.parts;
    if (event.kind === "stream") {
      publisher.print(event, this.parent);
      return;
    }
    if (event.kind === "result") history.setOutput(event.data["text/plain"]);
    const [type, content] = publication(event, this.latest?.count ?? 0);
    publisher.publish(type, content, this.parent);
  }

  private next(): void {
    const request = this.current === undefined ? this.waiting.shift() : undefined;
    if (request === undefined) return;
    const { cells, publisher, history } = this.parts;
    const asked = request.content;
    const code = String(asked.code);
    const isSilent = asked.silent === true;
    const storeHistory = !isSilent && asked.store_history !== false;
    if (storeHistory) history.add(++this.count, code);
    const run = ++this.runs;
    const started = new Date().toISOString();
    const count = this.count;
    this.current = { request, run, count, isSilent, started, error: undefined, hasFailed: false };
    publisher.state("busy", request.header);
    if (!isSilent) {
      this.latest = this.current;
      publisher.startPrinting();
      publisher.publish("execute_input", { code, execution_count: count }, request.header);
    }
    cells.send({
      kind: "execute",
      run,
      cell: count,
      code,
      silent: isSilent,
      storeHistory,
      userExpressions: textsOf(asked.user_expressions),
      allowStdin: asked.allow_stdin === true,
    });
  }

  /**
   * The front end hears of an error one turn later: what it has sent before is read by then, waits
   * with the rest, and is ended with it. What it sends from then on is executed.
   */
  private async fail(
    execution: Execution,
    error: CellError,
    metadata: Content = {},
  ): Promise<void> {
    if (execution.hasFailed) return;
    execution.hasFailed = true;
    for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
    const { header, content } = execution.request;
    if (!execution.isSilent) this.parts.publisher.publish("error", { ...error }, header);
    this.finish(execution, { ...error, status: "error" }, metadata);
    const isLost = metadata.cell_process === "died";
    const stops = isLost || content.stop_on_error !== false;
    for (const request of stops ? this.waiting.splice(0) : []) this.abort(request);
    this.next();
  }

  private finish(execution: Execution, content: Content, metadata: Content = {}): void {
    const { publisher, reply } = this.parts;
    const { request, count, started } = execution;
    clearTimeout(this.deadline);
    this.deadline = undefined;
    const common = { execution_count: count, user_expressions: {}, payload: [] };
    publisher.flush();
    reply(request, { ...common, ...content }, { started, status: content.status, ...metadata });
    publisher.state("idle", request.header);
    this.current = undefined;
  }

  private abort(request: Message): void {
    const { publisher, reply } = this.parts;
    publisher.state("busy", request.header);
    const content = { status: "aborted", execution_count: this.count };
    reply(request, content, { status: "aborted" });
    publisher.state("idle", request.header);
  }
}

type Published = Exclude<CellOutput, { kind: "stream" }>;

/** Type and content of the message for an output. */
function publication(event: Published, count: number): [string, Content] {
  switch (event.kind) {
    case "display":
      return ["display_data", bundle(event)];
    case "update_display":
      return ["update_display_data", bundle(event)];
    case "result": {
      const { data, metadata } = event;
      return ["execute_result", { execution_count: count, data, metadata }];
    }
    case "clear_output":
      return ["clear_output", { wait: event.wait }];
    case "error": {
      const { ename, evalue, traceback } = event;
      return ["error", { ename, evalue, traceback }];
    }
  }
}

function bundle(event: { data: MimeBundle; metadata: MimeBundle; displayId?: string }): Content {
  const { data, metadata, displayId } = event;
  return { data, metadata, transient: displayId === undefined ? {} : { display_id: displayId } };
}

/** An error that the cell process has not described. */
const failed: CellError = {
  ename: "Error",
  evalue: "the cell failed",
  traceback: ["Error: the cell failed"],
};

function adviceAfter(evalue: string): string[] {
  const lost = "The variables of earlier cells are gone: a new cell process has been started.";
  const memory = "More memory: start with NODE_OPTIONS=--max-old-space-size=8192 (in MiB).";
  return /heap|memory/i.test(evalue) ? [lost, memory] : [lost];
}

function textsOf(value: unknown): Record<string, string> {
  if (typeof value !== "object" || value === null) return {};
  const entries = Object.entries(value).filter(([, code]) => typeof code === "string");
  return Object.fromEntries(entries);
}
