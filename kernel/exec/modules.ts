/**
 * Modules of a cell, loaded as Node loads an ES module that stands beside the notebook.
 *
 * tslab requires what a cell imports. `require` cannot load a package that awaits at its top level
 * (vega-canvas does), and it may pick a second, CommonJS copy of a package that the library has
 * already imported. So static imports are loaded here, by `import`, before the cell runs, and its
 * `require` then finds them loaded.
 */
import fs from "node:fs";
import Module, { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import vm from "node:vm";

type Import = (specifier: string) => Promise<object>;

/** The modules that cells of one notebook have imported. */
export interface CellModules {
  /** Loads the given modules unless they are loaded. Rejects with what the module threw. */
  load(specifiers: readonly string[]): Promise<void>;
  /** Stands in for tslab's `require`, which it falls back to. */
  require(specifier: string): unknown;
  /** What `import(…)` in a cell does. */
  readonly import: Import;
  /** What `import.meta` is in a project file, of which the path of the script is given. */
  meta(script: string): object;
}

/** Modules as seen from the folder of the notebook. */
export function cellModules(
  notebookDir: string,
  fallback: (specifier: string) => unknown,
): CellModules {
  const loaded = new Map<string, unknown>();
  const importHere = importFrom(notebookDir);
  const requireHere = createRequire(path.join(notebookDir, "cell.cjs"));
  serveProjectFiles(loaded);
  return {
    async load(specifiers) {
      for (const specifier of specifiers) {
        if (loaded.has(specifier) || !isPackage(specifier)) continue;
        const module = await importOrLeave(importHere, specifier);
        if (module === undefined || isCommonJs(requireHere, specifier, module)) continue;
        loaded.set(specifier, moduleExports(module));
      }
    },
    require: (specifier) => (loaded.has(specifier) ? loaded.get(specifier) : fallback(specifier)),
    async import(specifier) {
      const script = projectScript(notebookDir, specifier);
      return script === undefined ? await importHere(specifier) : (fallback(script) as object);
    },
    meta(script) {
      const filename = script.replace(/\.js$/, ".ts");
      const file = fs.existsSync(filename) ? filename : script;
      return { url: pathToFileURL(file).href, filename: file, dirname: path.dirname(file) };
    },
  };
}

/** Project files that tslab has compiled find the packages that have been loaded for them. */
function serveProjectFiles(loaded: ReadonlyMap<string, unknown>): void {
  const { prototype } = Module as unknown as { prototype: NodeJS.Module };
  const original = prototype.require;
  const serve = function (this: NodeJS.Module, specifier: string): unknown {
    const isProject = !this.filename?.includes(`${path.sep}node_modules${path.sep}`);
    if (isProject && loaded.has(specifier)) return loaded.get(specifier);
    return original.call(this, specifier);
  };
  prototype.require = Object.assign(serve, original) as NodeJS.Require;
}

/** The name under which tslab knows a TypeScript file; undefined for everything else. */
function projectScript(notebookDir: string, specifier: string): string | undefined {
  if (!/^\.\.?\//.test(specifier)) return undefined;
  const stem = specifier.replace(/\.[jt]s$/, "");
  const isTypeScript = fs.existsSync(`${path.resolve(notebookDir, stem)}.ts`);
  return isTypeScript ? `${stem}.js` : undefined;
}

/** tslab serves itself, Node its own modules; paths may lead to TypeScript, which tslab knows. */
function isPackage(specifier: string): boolean {
  return !/^(\.|\/|tslab$)/.test(specifier) && !Module.isBuiltin(specifier);
}

/** An `import` whose specifiers resolve from the given folder. */
function importFrom(folder: string): Import {
  const script = new vm.Script("(specifier) => import(specifier)", {
    filename: path.join(folder, "cell.mjs"),
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  return script.runInThisContext() as Import;
}

/** Undefined for what only `require` finds, such as a file of a package without its extension. */
async function importOrLeave(load: Import, specifier: string): Promise<object | undefined> {
  try {
    return await load(specifier);
  } catch (error) {
    const code = (error as { code?: string } | undefined)?.code ?? "";
    const left = ["ERR_MODULE_NOT_FOUND", "ERR_UNSUPPORTED_DIR_IMPORT"].includes(code);
    if (left) return undefined;
    throw error;
  }
}

/** A CommonJS package: `require` gives more than the names an import can see. */
function isCommonJs(require: NodeJS.Require, specifier: string, module: object): boolean {
  try {
    const cached = require.cache[require.resolve(specifier)];
    return cached !== undefined && cached.exports === (module as { default?: unknown }).default;
  } catch {
    return false;
  }
}

/** The namespace in the shape that compiled imports expect: marked as ES module, still live. */
function moduleExports(module: object): object {
  const exports = Object.defineProperty({}, "__esModule", { value: true });
  for (const name of Object.keys(module)) {
    const get = (): unknown => (module as Record<string, unknown>)[name];
    Object.defineProperty(exports, name, { enumerable: true, get });
  }
  return exports;
}
