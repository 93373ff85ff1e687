/**
 * From the text of a cell to a script. tslab's converter checks and emits; around it stand the
 * facade that gives it a compiler, and the memory of what earlier cells have declared, which here
 * survives a cell that throws.
 */
import type ts from "typescript";
import { compilerFile } from "../image/place.ts";
import type { ImageRequest } from "../image/request.ts";
import { cellTraits, withoutExports } from "./cellSource.ts";
import { type CellProblem, cellProblems } from "./diagnostics.ts";
import { foreignLine } from "./foreign.ts";
import { kernelDeclarations } from "./globals.ts";
import { inspectionBundle } from "./inspection.ts";
import type { NotebookFolders } from "./resolution.ts";
import { type ConvertedCell, loadSeams, type TslabConverter } from "./seams.ts";
import { cancellableAwaits } from "./transform/await.ts";
import { dynamicImports } from "./transform/imports.ts";
import { liveBindings } from "./transform/live.ts";
import { importMeta } from "./transform/meta.ts";
import { loopTicks } from "./transform/tick.ts";
import { type EmittedScript, installCompiler } from "./typescript.ts";

/** A cell ready to run, or the reasons why it cannot. */
export type CompiledCell =
  | { readonly kind: "rejected"; readonly problems: readonly CellProblem[] }
  | {
      readonly kind: "compiled";
      /** In the shape tslab's executor takes. */
      readonly converted: ConvertedCell;
      /** The scripts of the cell and of project files it imports. */
      readonly scripts: readonly NamedScript[];
      /** Its last value is not to be shown. */
      readonly quiet: boolean;
    };

/** A script under the name that stack traces will show. */
export interface NamedScript extends EmittedScript {
  readonly name: string;
}

/** How a cell is compiled. */
export interface CompileOptions {
  /** Loops are left as they are: they run faster, and an interrupt finds them later. */
  readonly noTick?: boolean;
}

/** Names that could stand at a place, the likeliest first, and the part they replace. */
export interface Completions {
  readonly matches: readonly { readonly text: string; readonly type?: string }[];
  readonly start: number;
  readonly end: number;
}

/** Compiles the cells of one notebook, in the order in which they run. */
export interface CellCompiler {
  /** `name` is what stack traces call the cell: `Cell[3]`. */
  compile(name: string, source: string, options?: CompileOptions): CompiledCell;
  /** What the cells so far have declared, in TypeScript. */
  declarations: string;
  /** What could stand at a place of a cell, in UTF-16 code units. */
  complete(source: string, position: number): Completions;
  /** Signature and documentation of what stands there, as text and as Markdown. */
  inspect(source: string, position: number): Readonly<Record<string, string>> | undefined;
  /** What makes an image for later processes that compile such cells. */
  imageRequest(): ImageRequest;
  /** Stops watching project files. */
  close(): void;
}

/** Starts the compiler; once in a process, because tslab is loaded once. About a second. */
export function createCellCompiler(folders: NotebookFolders): CellCompiler {
  const emitted = new Map<string, EmittedScript>();
  const current: CompileOptions = {};
  let told: Pick<ImageRequest, "options" | "roots"> = { options: {}, roots: [] };
  installCompiler({
    ...folders,
    onOptions: (options, roots) => {
      told = { options, roots };
    },
    transform: (checker, file, isCell) =>
      isCell ? cellTransforms(checker, file, current) : [importMeta()],
    onScript: (script) => emitted.set(script.text, script),
  });
  const converter = loadSeams().createConverter();
  const request = { compiler: compilerFile(), ...told };
  return new TslabCompiler(converter, request, emitted, current);
}

function cellTransforms(
  checker: ts.TypeChecker,
  cell: ts.SourceFile,
  { noTick }: CompileOptions,
): ts.TransformerFactory<ts.SourceFile>[] {
  const always = [liveBindings(checker, cell), dynamicImports(), cancellableAwaits()];
  return noTick === true ? always : [...always, loopTicks()];
}

class TslabCompiler implements CellCompiler {
  private readonly converter: TslabConverter;
  private readonly request: ImageRequest;
  private readonly emitted: Map<string, EmittedScript>;
  /** What the transforms of the next cell are to know. */
  private readonly current: { noTick?: boolean };
  declarations: string = kernelDeclarations;

  constructor(
    converter: TslabConverter,
    request: ImageRequest,
    emitted: Map<string, EmittedScript>,
    current: CompileOptions,
  ) {
    this.converter = converter;
    this.request = request;
    this.emitted = emitted;
    this.current = current;
  }

  compile(name: string, source: string, { noTick = false }: CompileOptions = {}): CompiledCell {
    this.emitted.clear();
    this.current.noTick = noTick;
    const converted = this.converter.convert(this.declarations, withoutExports(source));
    if (converted.diagnostics.length > 0) {
      const foreign = foreignLine(source);
      const problems =
        foreign === undefined ? cellProblems(converted.diagnostics, source) : [foreign];
      return { kind: "rejected", problems };
    }
    this.declarations = converted.declOutput ?? "";
    const { awaits, quiet } = cellTraits(source);
    const output = `${converted.output ?? ""}\n//# sourceURL=${name}\n`;
    return {
      kind: "compiled",
      converted: { ...converted, output, hasToplevelAwait: awaits },
      scripts: this.scriptsOf(name, converted),
      quiet,
    };
  }

  complete(source: string, position: number): Completions {
    const found = this.converter.complete(this.declarations, source, position);
    const kinds = new Map(found.original?.entries.map(({ name, kind }) => [name, kind]));
    const matches = found.candidates.map((text) => {
      const type = kinds.get(text);
      return type === undefined ? { text } : { text, type };
    });
    return { matches, start: found.start, end: found.end };
  }

  inspect(source: string, position: number): Readonly<Record<string, string>> | undefined {
    return inspectionBundle(this.converter.inspect(this.declarations, source, position));
  }

  imageRequest(): ImageRequest {
    return this.request;
  }

  close(): void {
    this.converter.close();
  }

  private scriptsOf(name: string, converted: ConvertedCell): NamedScript[] {
    const files = (converted.sideOutputs ?? []).map(({ path, data }) => ({ name: path, data }));
    return [{ name, data: converted.output ?? "" }, ...files].flatMap((file) => {
      const script = this.emitted.get(file.data);
      return script === undefined ? [] : [{ ...script, name: file.name }];
    });
  }
}
