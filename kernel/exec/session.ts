/** The cells of one notebook, run one after the other in this process. */
import { displayed } from "../display/registry.ts";
import { type CellCompiler, createCellCompiler } from "../lang/converter.ts";
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

/** Runs cells; one session a process, because tslab keeps their values in globals. */
export class CellSession {
  private readonly compiler: CellCompiler;
  private readonly executor: TslabExecutor;
  private readonly modules: CellModules;
  private readonly stacks: StackMapper;
  private readonly sink: OutputSink;
  private readonly texts = new Map<number, string>();
  private latest = 0;
  /** What the cells share. tslab has a proxy for it, which makes a loop a hundred times slower. */
  private readonly values: Record<string, unknown> = {};
  private converted: ConvertedCell = { diagnostics: [] };
  private thrown: unknown;

  constructor(folders: NotebookFolders, sink: OutputSink) {
    this.sink = sink;
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
    const tslab = tslabGlobal();
    tslab.exports = this.values;
    this.modules = cellModules(folders.notebookDir, tslab.require);
    tslab.require = (specifier) => this.modules.require(specifier);
    tslab.import = (specifier) => this.modules.import(specifier);
    seams.displayHook.lastWriteDisplayData = (content, update) => this.show(content, update);
    this.stacks = new StackMapper(folders.notebookDir);
    this.stacks.install();
  }

  /** Number of the cell that runs, or of the last one that did. */
  get cell(): number {
    return this.latest;
  }

  /** Runs a cell. Never rejects: what goes wrong in a cell is one of its outputs. */
  async execute(cell: number, code: string): Promise<CellStatus> {
    this.latest = cell;
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
      if (!(await this.run(compiled.converted))) return this.describe(this.thrown);
      const value = this.lastValue(compiled.converted);
      const shown = await displayed(compiled.quiet ? undefined : value);
      if (shown !== undefined) this.sink({ kind: "result", cell, ...shown });
      return undefined;
    } catch (error) {
      return this.describe(error);
    }
  }

  /** tslab's executor converts and runs in one call; the conversion has already been made. */
  private run(converted: ConvertedCell): Promise<boolean> {
    this.converted = converted;
    this.thrown = undefined;
    return this.executor.execute("");
  }

  private lastValue({ lastExpressionVar: name }: ConvertedCell): unknown {
    if (name === undefined) return undefined;
    const value = this.values[name];
    delete this.values[name];
    return value;
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
