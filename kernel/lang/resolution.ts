/** How imports of a cell are found: from the folder of the notebook, as its reader expects. */
import path from "node:path";
import ts from "typescript";

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
): Pick<CellHost, "resolveModuleNameLiterals" | "hasInvalidatedResolutions"> {
  const cache = ts.createModuleResolutionCache(folders.projectRoot, (name) => name);
  const besideNotebook = path.posix.join(folders.notebookDir, "__cell__.ts");
  return {
    hasInvalidatedResolutions: () => false,
    resolveModuleNameLiterals: (literals, containingFile, redirected, options) => {
      const fromProjectRoot = path.posix.dirname(containingFile) === folders.projectRoot;
      const isCell =
        fromProjectRoot && /^__(tslab|prev)__\./.test(path.posix.basename(containingFile));
      const from = isCell ? besideNotebook : containingFile;
      return literals.map(({ text }) =>
        ts.resolveModuleName(text, from, options, host, cache, redirected, ts.ModuleKind.ESNext),
      );
    },
  };
}
