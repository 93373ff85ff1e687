/** How imports of a cell are found: from the folder of the notebook, as its reader expects. */
import path from "node:path";
import type ts from "typescript";
import { typescript } from "./compiler.ts";
import { libraryImport } from "./library.ts";

type CellHost = ts.WatchCompilerHostOfFilesAndCompilerOptions<ts.BuilderProgram>;

/** The folders between which a cell and its compiler have to agree. */
export interface NotebookFolders {
  readonly projectRoot: string;
  readonly notebookDir: string;
}

/**
 * tslab compiles a cell as a file of the project root; its imports are to resolve as if it stood
 * beside the notebook. `hasInvalidatedResolutions` must go with an own resolver, or TypeScript
 * rebuilds the whole program for every cell.
 */
export function cellModuleResolution(
  folders: NotebookFolders,
  host: CellHost,
): Pick<
  CellHost,
  "resolveModuleNameLiterals" | "hasInvalidatedResolutions" | "getModuleResolutionCache"
> {
  const cache = typescript.createModuleResolutionCache(folders.projectRoot, (name) => name);
  return {
    hasInvalidatedResolutions: () => false,
    // Without it, the package.json above each file is read again for each cell.
    getModuleResolutionCache: () => cache,
    resolveModuleNameLiterals: (literals, containingFile, redirected, options) => {
      const from = importingFile(containingFile, folders);
      const resolve = (text: string): ts.ResolvedModuleWithFailedLookupLocations =>
        typescript.resolveModuleName(
          text,
          from,
          options,
          host,
          cache,
          redirected,
          typescript.ModuleKind.ESNext,
        );
      return literals.map(({ text }) => libraryImport(containingFile, text) ?? resolve(text));
    },
  };
}

/** The sources that a file imports, directly or through others, and itself; no declarations. */
export function dependenciesOf(
  file: ts.SourceFile,
  program: ts.Program,
  folders: NotebookFolders,
): string[] {
  const found = new Set<string>();
  const follow = (source: ts.SourceFile | undefined): void => {
    if (source === undefined || source.isDeclarationFile || found.has(source.fileName)) return;
    found.add(source.fileName);
    const from = importingFile(source.fileName, folders);
    for (const { text } of importsOf(source)) {
      // A package comes with declarations, which are not followed.
      if (!/^[./]/.test(text)) continue;
      const options = program.getCompilerOptions();
      const { resolvedModule } = typescript.resolveModuleName(text, from, options, typescript.sys);
      if (resolvedModule !== undefined)
        follow(program.getSourceFile(resolvedModule.resolvedFileName));
    }
  };
  follow(file);
  return [...found];
}

/** Every specifier of a file, also of `import()`, as the compiler has collected them. */
function importsOf(source: ts.SourceFile): readonly ts.StringLiteralLike[] {
  return (source as { imports?: readonly ts.StringLiteralLike[] }).imports ?? [];
}

/** Where the imports of a file start from: those of a cell beside the notebook. */
function importingFile(containingFile: string, folders: NotebookFolders): string {
  const isInRoot = path.posix.dirname(containingFile) === folders.projectRoot;
  const isCell = isInRoot && /^__(tslab|prev)__\./.test(path.posix.basename(containingFile));
  return isCell ? path.posix.join(folders.notebookDir, "__cell__.ts") : containingFile;
}
