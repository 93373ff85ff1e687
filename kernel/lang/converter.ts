/**
 * From the text of a cell to a script. tslab's converter checks and emits; around it stand the
 * facade that gives it a compiler, and the memory of what earlier cells have declared, which here
 * survives a cell that throws.
 */

import { cellTraits } from "./cellSource.ts";
import { type CellProblem, cellProblems } from "./diagnostics.ts";
import type { NotebookFolders } from "./resolution.ts";
import { type ConvertedCell, loadSeams, type TslabConverter } from "./seams.ts";
import { dynamicImports } from "./transform/imports.ts";
import { liveBindings } from "./transform/live.ts";
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

/** Compiles the cells of one notebook, in the order in which they run. */
export interface CellCompiler {
  /** `name` is what stack traces call the cell: `Cell[3]`. */
  compile(name: string, source: string): CompiledCell;
  /** Stops watching project files. */
  close(): void;
}

/** Starts the compiler; once in a process, because tslab is loaded once. About a second. */
export function createCellCompiler(folders: NotebookFolders): CellCompiler {
  const emitted = new Map<string, EmittedScript>();
  installCompiler({
    ...folders,
    transform: (checker, cell) => [liveBindings(checker, cell), dynamicImports()],
    onScript: (script) => emitted.set(script.text, script),
  });
  return new TslabCompiler(loadSeams().createConverter(), emitted);
}

class TslabCompiler implements CellCompiler {
  private readonly converter: TslabConverter;
  private readonly emitted: Map<string, EmittedScript>;
  private declarations = "";

  constructor(converter: TslabConverter, emitted: Map<string, EmittedScript>) {
    this.converter = converter;
    this.emitted = emitted;
  }

  compile(name: string, source: string): CompiledCell {
    this.emitted.clear();
    const converted = this.converter.convert(this.declarations, source);
    if (converted.diagnostics.length > 0) {
      return { kind: "rejected", problems: cellProblems(converted.diagnostics) };
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
