/** The cells of one notebook, run one after the other in this process. */
import { displayed } from "../../lib/display/bundle.ts";
import { completenessOf } from "../lang/completeness.ts";
import { type CellCompiler, type CompiledCell, createCellCompiler } from "../lang/converter.ts";
import { type CellMagics, cellMagics } from "../lang/magic.ts";
import type { NotebookFolders } from "../lang/resolution.ts";
import {
  type ConvertedCell,
  loadSeams,
  type TslabDisplay,
  type TslabExecutor,
  tslabGlobal,
} from "../lang/seams.ts";
import { type Answers, installCellHost } from "./cellHost.ts";
import { Control } from "./control.ts";
import { compilerError, thrownError } from "./errors.ts";
import { cellGlobals } from "./globals.ts";
import { forgetKernelFrames, Interrupted, Interrupts } from "./interrupts.ts";
import type {
  CellCommand,
  CellError,
  CellEvent,
  CellReply,
  ExecuteCommand,
  ExpressionResult,
} from "./messages.ts";
import { type CellModules, cellModules } from "./modules.ts";
import { StackMapper } from "./stack.ts";

/** Receives what cells put out, and what they ask. */
export type EventSink = (event: CellEvent) => void;

/** How a cell ended. */
export interface CellEnd {
  readonly status: "ok" | "error";
  readonly userExpressions?: Readonly<Record<string, ExpressionResult>>;
}

/** What an execution can do without. */
export type CellRequest = Pick<ExecuteCommand, "cell" | "code"> &
  Partial<Pick<ExecuteCommand, "run" | "silent" | "userExpressions" | "allowStdin">>;

/** What the process around a session does for it. */
export interface SessionSetting {
  readonly sink: EventSink;
  /** Shared with the guard thread. */
  readonly control?: Control;
  /** Sees to it that a cell that begins to run can be ended. */
  readonly watch?: () => void;
  /** Interrupts the execution after that time. */
  readonly limit?: (run: number, ms: number) => void;
}

/** A question about code. */
export type Question = Extract<CellCommand, { readonly id: number }>;

/** Runs cells; one session a process, because tslab keeps their values in globals. */
export class CellSession {
  /** Hands over what the user has typed. */
  readonly answers: Answers;
  private readonly interrupts: Interrupts;
  private readonly control: Control;
  private readonly compiler: CellCompiler;
  private readonly executor: TslabExecutor;
  private readonly modules: CellModules;
  private readonly stacks: StackMapper;
  private readonly setting: SessionSetting;
  private readonly texts = new Map<number, string>();
  private current: Required<CellRequest> = idle;
  private isAbandoned = false;
  private hasFailed = false;
  /** What the cells share. tslab has a proxy for it, which makes a loop a hundred times slower. */
  private readonly values: Record<string, unknown> = {};
  private converted: ConvertedCell = { diagnostics: [] };
  private thrown: unknown;

  constructor(folders: NotebookFolders, setting: SessionSetting) {
    this.setting = setting;
    this.control = setting.control ?? new Control();
    this.interrupts = new Interrupts(this.control);
    this.compiler = createCellCompiler(folders);
    const seams = loadSeams();
    this.executor = seams.createExecutor(
      folders.notebookDir,
      { node: { convert: () => this.converted } },
      {
        log: () => undefined,
        error: (error) => {
          this.thrown = error;
        },
      },
    );
    Object.assign(this.values, cellGlobals(folders.notebookDir));
    this.modules = this.installGlobals(folders.notebookDir);
    seams.displayHook.lastWriteDisplayData = (content, update) => this.show(content, update);
    this.answers = installCellHost(this.interrupts, () => this.current, setting.sink);
    this.stacks = new StackMapper(folders.notebookDir, (work) => this.control.protect(work));
    this.stacks.install();
  }

  /** Number of the cell that runs, or of the last one that did. */
  get cell(): number {
    return this.current.cell;
  }

  /** The error of that execution is out. */
  get hasToldError(): boolean {
    return this.hasFailed;
  }

  /** Number of the execution that runs, or of the last one. */
  get execution(): number {
    return this.current.run;
  }

  /** Runs a cell. Never rejects: what goes wrong in a cell is one of its outputs. */
  async execute(request: CellRequest): Promise<CellEnd> {
    const complete = { ...idle, run: request.cell, ...request };
    const { run, cell, code } = complete;
    this.current = complete;
    this.isAbandoned = false;
    this.hasFailed = false;
    this.texts.set(cell, code);
    this.control.begin(run);
    const magics = this.control.protect(() => cellMagics(code, `Cell[${cell}]`));
    this.interrupts.begin(magics.timeoutText);
    if (magics.timeoutMs !== undefined) this.setting.limit?.(run, magics.timeoutMs);
    const failure = await this.attempt(complete, magics);
    if (!this.isLive(run)) return { status: "error" };
    if (failure === undefined) return await this.withExpressions(complete);
    this.hasFailed = true;
    this.put({ kind: "error", cell, ...failure });
    return { status: "error" };
  }

  /** Lets the running cell know that it is to end. */
  interrupt(): void {
    this.interrupts.interrupt();
  }

  /** Ends an execution that cannot end by itself any more: whatever it still does is not heard. */
  abandon(): CellEnd {
    const { cell } = this.current;
    const { name, message } = this.interrupts.error();
    const headline = `${name}: ${message}`;
    const failure = { ename: name, evalue: message, traceback: [headline] };
    if (!this.hasFailed) this.put({ kind: "error", cell, ...failure });
    this.isAbandoned = true;
    return { status: "error" };
  }

  /** The error as a notebook stores it, with the lines of the cell it came from. */
  describe(thrown: unknown): CellError {
    const error = isTerminalInterrupt(thrown) ? this.interrupts.error() : thrown;
    if (error instanceof Interrupted) forgetKernelFrames(error);
    return thrownError(error, (cell) => this.texts.get(cell));
  }

  /** Answers a question about code; what the compiler cannot make out has no answer. */
  reply(question: Question): CellReply {
    const { id } = question;
    try {
      switch (question.kind) {
        case "complete": {
          const found = this.compiler.complete(question.code, question.cursor);
          return { kind: "complete_reply", id, ...found };
        }
        case "inspect": {
          const data = this.compiler.inspect(question.code, question.cursor);
          return { kind: "inspect_reply", id, ...(data === undefined ? {} : { data }) };
        }
        case "is_complete":
          return { kind: "is_complete_reply", id, ...completenessOf(question.code) };
      }
    } catch {
      return noReply(question);
    }
  }

  /** Takes over what the cells of another process have declared. */
  declare(declarations: string): void {
    this.compiler.declarations = declarations;
  }

  /** Stops watching project files. */
  close(): void {
    this.compiler.close();
  }

  private installGlobals(notebookDir: string): CellModules {
    const tslab = tslabGlobal();
    tslab.exports = this.values;
    const modules = cellModules(notebookDir, tslab.require);
    tslab.require = (specifier) => modules.require(specifier);
    tslab.import = (specifier) => modules.import(specifier);
    tslab.meta = (script) => modules.meta(script);
    tslab.await = this.interrupts.await;
    tslab.iterate = this.interrupts.iterate;
    tslab.tick = this.interrupts.tick;
    return modules;
  }

  private async attempt(
    { run, cell, code, silent }: Required<CellRequest>,
    magics: CellMagics,
  ): Promise<CellError | undefined> {
    const name = `Cell[${cell}]`;
    try {
      if (magics.problems.length > 0) {
        return { ...compilerError(magics.problems, name, code), ename: "MagicCommentError" };
      }
      for (const warning of magics.warnings) {
        this.put({ kind: "stream", cell, name: "stderr", text: `${warning}\n` });
      }
      const compiled = this.compile(name, code, magics);
      if (compiled.kind === "rejected") return compilerError(compiled.problems, name, code);
      if (magics.seed !== undefined) await seedChance(magics.seed);
      const startedMs = performance.now();
      if (!(await this.run(compiled))) return this.describe(this.thrown);
      const value = this.lastValue(compiled.converted);
      if (!this.isLive(run)) return undefined;
      if (!silent && !compiled.quiet) await this.showResult(value);
      if (magics.time) this.showTime(performance.now() - startedMs);
      return undefined;
    } catch (error) {
      return this.describe(error);
    }
  }

  private compile(name: string, code: string, { noTick }: CellMagics): CompiledCell {
    return this.control.protect(() => {
      const { declarations: before } = this.compiler;
      const compiled = this.compiler.compile(name, code, { noTick });
      if (compiled.kind === "compiled") {
        for (const script of compiled.scripts) this.stacks.add(script);
      }
      const { declarations } = this.compiler;
      if (declarations !== before) this.put({ kind: "declared", declarations });
      return compiled;
    });
  }

  /** tslab's executor converts and runs in one call; the conversion has already been made. */
  private async run(
    compiled: Extract<CompiledCell, { readonly kind: "compiled" }>,
  ): Promise<boolean> {
    this.setting.watch?.();
    await this.modules.load(compiled.scripts.flatMap(({ requires }) => requires));
    this.interrupts.throwIfInterrupted();
    this.converted = compiled.converted;
    this.thrown = undefined;
    return await this.executor.execute("");
  }

  private lastValue({ lastExpressionVar: name }: ConvertedCell): unknown {
    if (name === undefined) return undefined;
    const value = this.values[name];
    delete this.values[name];
    return value;
  }

  private async showResult(value: unknown): Promise<void> {
    const { run, cell } = this.current;
    const shown = await displayed(value);
    if (shown === undefined || !this.isLive(run)) return;
    this.put({ kind: "result", cell, ...shown });
  }

  /** Marked, so that nobody stores or compares it: it differs on each run. */
  private showTime(ms: number): void {
    const data = { "text/plain": `time: ${(ms / 1_000).toFixed(3)} s` };
    const metadata = { shootdown: { passing: true } };
    this.put({ kind: "display", cell: this.cell, data, metadata });
  }

  private async withExpressions(request: Required<CellRequest>): Promise<CellEnd> {
    const names = Object.keys(request.userExpressions);
    if (names.length === 0) return { status: "ok" };
    const results: Record<string, ExpressionResult> = {};
    for (const name of names) {
      results[name] = await this.evaluate(request.userExpressions[name]!);
    }
    return { status: "ok", userExpressions: results };
  }

  private async evaluate(code: string): Promise<ExpressionResult> {
    const name = "Expression";
    try {
      const compiled = this.compile(name, code, cellMagics(""));
      if (compiled.kind === "rejected") {
        return { status: "error", ...compilerError(compiled.problems, name, code) };
      }
      if (!(await this.run(compiled))) return { status: "error", ...this.describe(this.thrown) };
      const shown = await displayed(this.lastValue(compiled.converted));
      return { status: "ok", data: {}, metadata: {}, ...shown };
    } catch (error) {
      return { status: "error", ...this.describe(error) };
    }
  }

  private show({ data, metadata, transient }: TslabDisplay, update = false): void {
    const displayId = transient.display_id;
    this.put({
      kind: update ? "update_display" : "display",
      cell: this.cell,
      data,
      metadata,
      ...(displayId === undefined ? {} : { displayId }),
    });
  }

  /** Nobody has given the execution up, and no other one has come after it. */
  private isLive(run: number): boolean {
    return this.current.run === run && !this.isAbandoned;
  }

  private put(event: CellEvent): void {
    this.setting.sink(event);
  }
}

const idle: Required<CellRequest> = {
  run: 0,
  cell: 0,
  code: "",
  silent: false,
  userExpressions: {},
  allowStdin: false,
};

function noReply(question: Question): CellReply {
  const { id } = question;
  switch (question.kind) {
    case "complete": {
      const { cursor } = question;
      return { kind: "complete_reply", id, matches: [], start: cursor, end: cursor };
    }
    case "inspect":
      return { kind: "inspect_reply", id };
    case "is_complete":
      return { kind: "is_complete_reply", id, status: "complete" };
  }
}

/** A signal from the terminal, which Node turns into an error of its own. */
function isTerminalInterrupt(thrown: unknown): boolean {
  return (thrown as { code?: unknown } | undefined)?.code === "ERR_SCRIPT_EXECUTION_INTERRUPTED";
}

/** From here on `Math.random` draws from a stream of its own: 53 bits, as it always does. */
async function seedChance(seed: number): Promise<void> {
  // Few cells want it, and every start would wait for it.
  const { RandomStream } = await import("../../lib/base/random.ts");
  const stream = RandomStream.of(seed, "cell");
  Math.random = () => ((stream.next() >>> 5) * 2 ** 26 + (stream.next() >>> 6)) / 2 ** 53;
}
