/**
 * The compiler that tslab sees: stock TypeScript under the name of the fork tslab was built on.
 *
 * tslab 1.0.22 asks `@tslab/typescript-for-tslab` (TypeScript 5.0.4 plus four functions) for its
 * compiler. The facade answers with the TypeScript this package depends on, so that cells have
 * today's syntax and library types, and is the one place where options, module resolution and the
 * emit of a cell can be changed without a fork.
 */
import { createRequire } from "node:module";
import path from "node:path";
import type ts from "typescript";
import { typescript } from "./compiler.ts";
import { moduleHints } from "./hints.ts";
import { watchCellProgram } from "./program.ts";
import { cellModuleResolution, dependenciesOf } from "./resolution.ts";
import { tslabChanged } from "./seams.ts";
import { bindNames, checkServices, completionsAt, quickInfoAt } from "./services.ts";

/** Where a notebook lives and what wants to see the code on its way. */
export interface CompilerSetting {
  /** Folder whose files a cell may import relatively: the nearest one with a package.json. */
  readonly projectRoot: string;
  /** Folder of the notebook: imports of its cells resolve from here. */
  readonly notebookDir: string;
  /**
   * Rewrites a file before it is emitted: the cell, or a project file that it imports. The checker
   * still knows its names.
   */
  readonly transform: (
    checker: ts.TypeChecker,
    file: ts.SourceFile,
    isCell: boolean,
  ) => ts.TransformerFactory<ts.SourceFile>[];
  /** Is told how cells are compiled, and under which names. */
  readonly onOptions: (options: ts.CompilerOptions, roots: readonly string[]) => void;
  /** Is told of every file that has become a CommonJS script. */
  readonly onScript: (script: EmittedScript) => void;
}

/** A CommonJS script with the way back to the TypeScript it came from. */
export interface EmittedScript {
  /** The script, without source map comment. */
  readonly text: string;
  /** Modules the script requires; imports of mere types are gone. */
  readonly requires: readonly string[];
  /** Source maps from the script to the TypeScript, in the order to follow them. */
  readonly maps: readonly string[];
}

type Facade = Record<string, unknown>;

/** Name of the file in which tslab compiles a cell. */
export const cellFileName = "__tslab__.ts";

/** Name of the file in which tslab declares what earlier cells have defined. */
export const declarationsFileName = "__prev__.d.ts";

/**
 * Serves the facade to tslab: call before the first import of one of its files.
 * Throws SD013 "tslab changed" or "TypeScript changed" when a seam is missing.
 */
export function installCompiler(setting: CompilerSetting): void {
  const requireFromTslab = createRequire(createRequire(import.meta.url).resolve("tslab"));
  const fork = requireFromTslab.resolve("@tslab/typescript-for-tslab");
  const module = new (requireFromTslab("node:module") as typeof import("node:module"))(fork);
  module.filename = fork;
  module.loaded = true;
  module.exports = compilerFacade(setting);
  requireFromTslab.cache[fork] = module;
}

/** The exports of TypeScript with the differences tslab needs and those the cells need. */
export function compilerFacade(setting: CompilerSetting): Facade {
  const internals = typescript as unknown as { nullTransformationContext?: unknown };
  if (internals.nullTransformationContext === undefined) {
    throw tslabChanged("TypeScript", "nullTransformationContext is gone");
  }
  checkServices();
  // Inherited, not copied: there are two thousand functions, most of them made when first read.
  return Object.create(
    typescript,
    Object.getOwnPropertyDescriptors({
      __esModule: true,
      sys: projectSystem(setting.projectRoot),
      getNullTransformationContext: () => internals.nullTransformationContext,
      Completions: { getCompletionsAtPositionForTslab: completionsAt },
      getQuickInfoAtPosition: quickInfoAt,
      getDefaultTypeRoots: typeRoots,
      getPreEmitDiagnosticsOfFiles: diagnosticsOfFiles,
      createWatchCompilerHost: watchCompilerHost(setting),
      createWatchProgram: watchProgram(setting),
      transpileModule: transpileToCommonJs(setting),
    }),
  ) as Facade;
}

/** The file system, with the project as current directory and no watchers on dependencies. */
function projectSystem(projectRoot: string): ts.System {
  const system = Object.create(typescript.sys) as ts.System;
  system.getCurrentDirectory = () => projectRoot;
  system.watchFile = (file, callback, interval) =>
    file.includes("/node_modules/") || typescript.sys.watchFile === undefined
      ? { close: () => undefined }
      : typescript.sys.watchFile(file, callback, interval);
  return system;
}

/** Types of the project; for a notebook outside of any, those that tslab has brought along. */
function typeRoots(directory: string): string[] {
  const tslab = path.dirname(createRequire(import.meta.url).resolve("tslab/package.json"));
  return [...typeRootsAbove(directory), ...typeRootsAbove(tslab)];
}

function typeRootsAbove(directory: string): string[] {
  const root = path.posix.join(directory, "node_modules/@types");
  const own = typescript.sys.directoryExists(root) ? [root] : [];
  const above = path.dirname(directory);
  return above === directory ? own : [...own, ...typeRootsAbove(above)];
}

/**
 * Errors of a cell and of the project files it imports. Errors of the declaration emit are left
 * out: a type that cannot be named becomes `any` in later cells instead of stopping this one.
 */
function diagnosticsOfFiles(
  program: ts.Program,
  files: readonly ts.SourceFile[],
): readonly ts.Diagnostic[] {
  const found = files.flatMap((file) => [
    ...program.getSyntacticDiagnostics(file),
    ...program.getSemanticDiagnostics(file),
  ]);
  const cell = files.find(({ fileName }) => isCellFile(fileName));
  const hints = cell === undefined ? [] : moduleHints(program, cell);
  return typescript.sortAndDeduplicateDiagnostics([...found, ...hints]);
}

function isCellFile(fileName: string): boolean {
  return path.posix.basename(fileName) === cellFileName;
}

function watchCompilerHost(setting: CompilerSetting): unknown {
  return (
    roots: string[],
    wanted: ts.CompilerOptions,
    system: ts.System,
    _createProgram: unknown,
    ...reports: unknown[]
  ): unknown => {
    const create = typescript.createWatchCompilerHost as unknown as (
      ...parameters: unknown[]
    ) => ts.WatchCompilerHostOfFilesAndCompilerOptions<ts.BuilderProgram>;
    const options = cellCompilerOptions(wanted);
    setting.onOptions(options, roots);
    // The usual builder follows the references of every file on each change, which nobody asks for.
    const host = create(roots, options, system, typescript.createAbstractBuilder, ...reports);
    return Object.assign(host, cellModuleResolution(setting, host));
  };
}

function cellCompilerOptions(wanted: ts.CompilerOptions): ts.CompilerOptions {
  const options: ts.CompilerOptions = {
    ...wanted,
    module: typescript.ModuleKind.ESNext,
    moduleResolution: typescript.ModuleResolutionKind.Bundler,
    rewriteRelativeImportExtensions: true,
    target: typescript.ScriptTarget.ES2022,
    lib: libraryOf(process.versions.node),
    types: ["node"],
    inlineSourceMap: true,
    // Nobody replaces the library by packages, which would be looked for at each start.
    libReplacement: false,
  };
  // Options only the fork knows.
  delete options.noImplicitUseStrict;
  delete options.disableTopLevelAwait;
  return options;
}

/** What the running Node has: 20 stops at ES2023. */
function libraryOf(nodeVersion: string): string[] {
  const newest = Number.parseInt(nodeVersion, 10) >= 24;
  return newest ? ["lib.esnext.d.ts"] : ["lib.es2023.d.ts", "lib.esnext.disposable.d.ts"];
}

type Emit = (
  file: ts.SourceFile | undefined,
  write: ts.WriteFileCallback | undefined,
  cancellation: ts.CancellationToken | undefined,
  declarationsOnly: boolean | undefined,
  transformers: ts.CustomTransformers | undefined,
  forceDeclarations: boolean,
) => ts.EmitResult;

function watchProgram(setting: CompilerSetting): unknown {
  return (host: ts.WatchCompilerHostOfFilesAndCompilerOptions<ts.BuilderProgram>): unknown => {
    const report = host.afterProgramCreate;
    if (report === undefined) throw tslabChanged("tslab", "it no longer waits for the program");
    host.afterProgramCreate = (builder) => report(emittingCells(builder, setting));
    return watchCellProgram(host);
  };
}

/** A builder that emits a cell with our transformers, and with declarations in any case. */
function emittingCells(builder: ts.BuilderProgram, setting: CompilerSetting): ts.BuilderProgram {
  const emitting = Object.create(builder) as ts.BuilderProgram;
  const cell = builder.getSourceFiles().find(({ fileName }) => isCellFile(fileName));
  if (cell !== undefined) bindNames(cell, builder.getCompilerOptions());
  emitting.getAllDependencies = (file) => dependenciesOf(file, builder.getProgram(), setting);
  emitting.emit = (file, write, cancellation, declarationsOnly, transformers) => {
    const program = builder.getProgram();
    const isCell = file !== undefined && isCellFile(file.fileName);
    const before =
      file === undefined ? [] : setting.transform(program.getTypeChecker(), file, isCell);
    const all = { ...transformers, before: [...before, ...(transformers?.before ?? [])] };
    const emit = program.emit as Emit;
    return emit(file, write, cancellation, declarationsOnly, all, true);
  };
  return emitting;
}

function transpileToCommonJs(setting: CompilerSetting): unknown {
  return (module: string, wanted: ts.TranspileOptions): ts.TranspileOutput => {
    const compilerOptions = { ...wanted.compilerOptions, sourceMap: true };
    delete compilerOptions.noImplicitUseStrict;
    const result = typescript.transpileModule(module, { ...wanted, compilerOptions });
    const text = result.outputText.replace(/^\/\/# sourceMappingURL=.*$/gm, "");
    const requires = typescript.preProcessFile(module, true, true).importedFiles;
    setting.onScript({
      text,
      requires: requires.map(({ fileName }) => fileName),
      maps: [result.sourceMapText ?? "", inlineMap(module)].filter((map) => map !== ""),
    });
    return { ...result, outputText: text };
  };
}

function inlineMap(module: string): string {
  const encoded = /^\/\/# sourceMappingURL=data:application\/json;base64,(\S+)$/m.exec(module)?.[1];
  return encoded === undefined ? "" : Buffer.from(encoded, "base64").toString("utf8");
}
