/** The cells of one notebook, run one after the other in this process. */
import { displayed } from "../display/registry.ts";
import { type CompiledCell, type CellCompiler, createCellCompiler } from "../lang/converter.ts";
import type { NotebookFolders } from "../lang/resolution.ts";
import {
  type ConvertedCell,
  loadSeams,
  type TslabDisplay,
  type TslabExecutor,
  tslabGlobal,
} from "../lang/seams.ts";
import { compilerError, thrownError } from "./errors.ts";
import type { CellError, CellOutput } from "./messages.ts";
import { type CellModules, cellModules } from "./modules.ts";
import { StackMapper } from "./stack.ts";

/** Receives what cells put out. */
export type OutputSink = (output: CellOutput) => void;

/** How a cell ended. */
export type CellStatus = "ok" | "error";

type RunnableCell = Extract<CompiledCell, { kind: "compiled" }>;

/** Runs cells; one session a process, because tslab keeps their values in globals. */
export class CellSession {
  private readonly compiler: CellCompiler;
  private readonly executor: TslabExecutor;
  private readonly modules: CellModules;
  private readonly stacks: StackMapper;
  private readonly sink: OutputSink;
  private readonly texts = new Map<number, string>();
  private converted: ConvertedCell = { diagnostics: [] };
  private value: unknown;
  private thrown: unknown;

  constructor(folders: NotebookFolders, sink: OutputSink) {
    this.sink = sink;
    this.compiler = createCellCompiler(folders);
    const seams = loadSeams();
    this.executor = seams.createExecutor(
      folders.notebookDir,
      { node: { convert: () => this.converted } },
      {
        log: (value) => {
          this.value = value;
        },
        error: (error) => {
          this.thrown = error;
        },
      },
    );
    const tslab = tslabGlobal();
    this.modules = cellModules(folders.notebookDir, tslab.require);
    tslab.require = (specifier) => this.modules.require(specifier);
    tslab.import = (specifier) => this.modules.import(specifier);
    seams.displayHook.lastWriteDisplayData = (content, update) => this.show(content, update);
    this.stacks = new StackMapper(folders.notebookDir);
    this.stacks.install();
  }

  /** Number of the cell that runs, or of the last one that did. */
  get cell(): number {
    return this.texts.size === 0 ? 0 : Math.max(...this.texts.keys());
  }

  /** Runs a cell. Never rejects: what goes wrong in a cell is one of its outputs. */
  async execute(cell: number, code: string): Promise<CellStatus> {
    this.texts.set(cell, code);
    const name = `Cell[${cell}]`;
    const failure = await this.attempt(cell, name, code);
    if (failure === undefined) return "ok";
    this.sink({ kind: "error", cell, ...failure });
    return "error";
  }

  /** The error as a notebook stores it, with the lines of the cell it came from. */
  describe(thrown: unknown): CellError {
    return thrownError(thrown, (cell) => this.texts.get(cell));
  }

  private async attempt(cell: number, name: string, code: string): Promise<CellError | undefined> {
    try {
      const compiled = this.compiler.compile(name, code);
      if (compiled.kind === "rejected") return compilerError(compiled.problems, name, code);
      for (const script of compiled.scripts) this.stacks.add(script);
      await this.modules.load(compiled.scripts.flatMap(({ requires }) => requires));
      if (!(await this.run(compiled))) return this.describe(this.thrown);
      await this.showResult(cell, compiled);
      return undefined;
    } catch (error) {
      return this.describe(error);
    }
  }

  /** tslab's executor converts and runs in one call; the conversion has already been made. */
  private async run({ converted }: RunnableCell): Promise<boolean> {
    this.converted = converted;
    this.value = undefined;
    this.thrown = undefined;
    const completed = await this.executor.execute("");
    const last = converted.lastExpressionVar;
    // tslab keeps silent about null.
    if (last !== undefined && this.executor.locals[last] === null) this.value = null;
    if (last !== undefined) delete this.executor.locals[last];
    return completed;
  }

  private async showResult(cell: number, { quiet }: RunnableCell): Promise<void> {
    const value = quiet ? undefined : this.value;
    this.value = undefined;
    const shown = await displayed(value);
    if (shown !== undefined) this.sink({ kind: "result", cell, ...shown });
  }

  private show({ data, metadata, transient }: TslabDisplay, update = false): void {
    const displayId = transient.display_id;
    this.sink({
      kind: update ? "update_display" : "display",
      cell: this.cell,
      data,
      metadata,
      ...(displayId === undefined ? {} : { displayId }),
    });
  }
}
