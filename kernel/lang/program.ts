/**
 * The program of the cells: made anew for each cell, out of files that stay. TypeScript's own watch
 * program does the same with a watcher on every folder and a file cache that nothing can be handed
 * to; this one parses only what is new, and watches only the project's own files.
 */
import type ts from "typescript";
import { compilerImage } from "../image/image.ts";
import { typescript } from "./compiler.ts";
import { isPackaged, withoutComments } from "./documentation.ts";
import { libraryFile } from "./library.ts";

/** What tslab's compiler host tells: where files are, and who hears of a new program. */
export type CellProgramHost = ts.WatchCompilerHostOfFilesAndCompilerOptions<ts.BuilderProgram>;

interface KeptFile {
  readonly source: ts.SourceFile | undefined;
  readonly watcher: ts.FileWatcher | undefined;
}

/** What tslab does with such a program. */
export type CellProgram = Pick<
  ts.WatchOfFilesAndCompilerOptions<ts.BuilderProgram>,
  "updateRootFileNames" | "close"
>;

/** Has a program at once, and another one after each change that the timer lets through. */
export function watchCellProgram(host: CellProgramHost): CellProgram {
  const keeper = new ProgramKeeper(host);
  keeper.begin();
  return {
    updateRootFileNames: (names) => keeper.setRoots(names),
    close: () => keeper.close(),
  };
}

class ProgramKeeper {
  private readonly host: CellProgramHost;
  private readonly compilerHost: ts.CompilerHost;
  private readonly kept = new Map<string, KeptFile>();
  private roots: readonly string[];
  private program: ts.Program | undefined;
  private timer: unknown;

  constructor(host: CellProgramHost) {
    this.host = host;
    this.roots = host.rootFiles;
    this.compilerHost = this.compilerHostOf(host);
  }

  /** The program of the image, where it is about the same files, is what the first cell changes. */
  begin(): void {
    const program = compilerImage()?.program;
    if (program?.getRootFileNames().join("\n") !== this.roots.join("\n")) {
      this.renew();
      return;
    }
    for (const fileName of this.roots) {
      const source = program.getSourceFile(fileName);
      this.kept.set(fileName, { source, watcher: this.watcher(fileName) });
    }
    this.report(program);
  }

  setRoots(names: readonly string[]): void {
    this.roots = names;
    this.schedule();
  }

  close(): void {
    for (const { watcher } of this.kept.values()) watcher?.close();
    this.kept.clear();
  }

  private renew(): void {
    this.timer = undefined;
    const program = typescript.createProgram({
      rootNames: this.roots,
      options: this.host.options,
      host: this.compilerHost,
      ...(this.program === undefined ? {} : { oldProgram: this.program }),
    });
    this.forgetUnused(program);
    this.report(program);
  }

  private report(program: ts.Program): void {
    this.program = program;
    const builder = typescript.createAbstractBuilder(program, this.compilerHost);
    this.host.afterProgramCreate?.(builder);
  }

  private compilerHostOf(host: CellProgramHost): ts.CompilerHost {
    return {
      ...host,
      getSourceFile: (fileName, options) => this.sourceFile(fileName, options),
      getCanonicalFileName: (name) =>
        host.useCaseSensitiveFileNames() ? name : name.toLowerCase(),
      getNewLine: () => "\n",
      writeFile: () => undefined,
      createHash: typescript.sys.createHash,
    } as ts.CompilerHost;
  }

  private sourceFile(
    fileName: string,
    options: ts.ScriptTarget | ts.CreateSourceFileOptions,
  ): ts.SourceFile | undefined {
    const known = this.kept.get(fileName);
    if (known !== undefined) return known.source;
    const source = libraryFile(fileName, options) ?? this.parsed(fileName, options);
    this.kept.set(fileName, { source, watcher: this.watcher(fileName) });
    return source;
  }

  private parsed(
    fileName: string,
    options: ts.ScriptTarget | ts.CreateSourceFileOptions,
  ): ts.SourceFile | undefined {
    const text = this.host.readFile(fileName);
    if (text === undefined) return undefined;
    const how = isPackaged(fileName) ? withoutComments(options) : options;
    return typescript.createSourceFile(fileName, text, how);
  }

  /** Packages do not change under a running kernel. */
  private watcher(fileName: string): ts.FileWatcher | undefined {
    if (isPackaged(fileName)) return undefined;
    return this.host.watchFile(fileName, () => this.changed(fileName), watchIntervalMs);
  }

  private changed(fileName: string): void {
    this.kept.get(fileName)?.watcher?.close();
    this.kept.delete(fileName);
    this.schedule();
  }

  /** tslab holds one timer, and lets it through when it wants the program. */
  private schedule(): void {
    if (this.timer !== undefined) this.host.clearTimeout?.(this.timer);
    this.timer = this.host.setTimeout?.(() => this.renew(), 0);
  }

  private forgetUnused(program: ts.Program): void {
    for (const [fileName, { watcher }] of this.kept) {
      if (program.getSourceFile(fileName) !== undefined) continue;
      watcher?.close();
      this.kept.delete(fileName);
    }
  }
}

/** How often a file of the project is looked at where the system tells nothing, ms. */
const watchIntervalMs = 250;
