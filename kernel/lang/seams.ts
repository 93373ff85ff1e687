/**
 * The parts of tslab 1.0.22 that the kernel stands on, and nothing else of it. tslab has no
 * `exports` map, so its files are imported by path; each seam is checked when it is loaded, because
 * a half-working kernel would be worse than none.
 */
import Module, { createRequire } from "node:module";
import { notebookFailed, type ShootdownError } from "../../lib/base/messages.ts";
import type { QuickInfo } from "./inspection.ts";

/** The version whose files the seams describe. */
export const tslabVersion = "1.0.22";

/** What tslab makes of a cell. */
export interface ConvertedCell {
  readonly diagnostics: readonly TslabDiagnostic[];
  /** CommonJS of the cell; absent when there are diagnostics. */
  readonly output?: string;
  /** Declarations of this cell and of what is still visible of earlier ones. */
  readonly declOutput?: string;
  readonly hasToplevelAwait?: boolean;
  /** Project files the cell imports, as CommonJS. */
  readonly sideOutputs?: readonly { readonly path: string; readonly data: string }[];
  /** Export that holds the value of the last expression. */
  readonly lastExpressionVar?: string;
}

/** An error of the compiler; lines and characters count from 0, within the cell or the file. */
export interface TslabDiagnostic {
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
  readonly messageText: string;
  readonly code: number;
  /** Absent for the cell itself. */
  readonly fileName?: string;
}

/** Seam `dist/converter.js`. */
export interface TslabConverter {
  convert(declarations: string, source: string): ConvertedCell;
  complete(declarations: string, source: string, position: number): TslabCompletion;
  inspect(declarations: string, source: string, position: number): QuickInfo | undefined;
  close(): void;
}

/** Completions at a place of a cell; `start` and `end` are of the part they replace. */
export interface TslabCompletion {
  readonly start: number;
  readonly end: number;
  /** Names, the likeliest first. */
  readonly candidates: readonly string[];
  /** What the compiler has found, in no such order. */
  readonly original?: {
    readonly entries: readonly { readonly name: string; readonly kind: string }[];
  };
}

/** Seam `dist/executor.js`: runs what the converter returns, and tells whether it has thrown. */
export interface TslabExecutor {
  execute(source: string): Promise<boolean>;
}

/** The console an executor reports to: it receives raw last values and raw errors. */
export interface TslabConsole {
  log(value: unknown): void;
  error(error: unknown): void;
}

/** Seam `dist/jupyter.js`: the function that `tslab.display` calls. */
export interface TslabDisplayHook {
  lastWriteDisplayData: ((content: TslabDisplay, update?: boolean) => void) | null;
}

/** One call of `tslab.display`. */
export interface TslabDisplay {
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly transient: { readonly display_id?: string };
}

/** The loaded seams. */
export interface TslabSeams {
  createConverter(): TslabConverter;
  createExecutor(
    rootDir: string,
    converters: { readonly node: Pick<TslabConverter, "convert"> },
    console: TslabConsole,
  ): TslabExecutor;
  readonly displayHook: TslabDisplayHook;
}

/** The global through which tslab hands a cell its `exports` and `require`, read for each cell. */
export interface TslabGlobal {
  exports: Record<string, unknown>;
  require: (specifier: string) => unknown;
  /** `import(…)` of a cell. */
  import?: (specifier: string) => Promise<unknown>;
  /** `await …` of a cell. */
  await?: (value: unknown) => unknown;
  /** What a `for await` loop of a cell iterates over. */
  iterate?: (values: AsyncIterable<unknown> | Iterable<unknown>) => AsyncIterable<unknown>;
  /** `import.meta` of a project file, from the path of its script. */
  meta?: (script: string) => object;
  /** Called at each turn of each loop of a cell. */
  tick?: () => void;
}

/** Loads the seams. Throws SD013 "tslab changed" when one is not as described. */
export function loadSeams(): TslabSeams {
  const require = createRequire(import.meta.url);
  const found = (require("tslab/package.json") as { version: string }).version;
  if (found !== tslabVersion) throw tslabChanged("tslab", `${found} instead of ${tslabVersion}`);
  const { createConverter } = loadConverter(require);
  const { createExecutor } = require("tslab/dist/executor.js") as TslabSeams;
  const displayHook = require("tslab/dist/jupyter.js") as TslabDisplayHook;
  if (typeof createConverter !== "function") throw tslabChanged("tslab", "no createConverter");
  if (typeof createExecutor !== "function") throw tslabChanged("tslab", "no createExecutor");
  if (!("lastWriteDisplayData" in displayHook)) throw tslabChanged("tslab", "no display hook");
  return { createConverter, createExecutor, displayHook };
}

/**
 * tslab asks semver for the major version of Node, and loads 45 files to hear it. It is answered
 * here; whoever asks later gets the package.
 */
function loadConverter(require: NodeJS.Require): TslabSeams {
  const file = createRequire(require.resolve("tslab/package.json")).resolve("semver");
  const known = require.cache[file];
  const answer = new Module(file);
  answer.exports = { major: (version: string) => Number.parseInt(version.replace("v", ""), 10) };
  answer.loaded = true;
  require.cache[file] = answer;
  try {
    return require("tslab/dist/converter.js") as TslabSeams;
  } finally {
    if (known === undefined) delete require.cache[file];
    else require.cache[file] = known;
  }
}

/** The global set by `createExecutor`. Throws SD013 when it is missing. */
export function tslabGlobal(): TslabGlobal {
  const found = (globalThis as { __tslab__?: TslabGlobal }).__tslab__;
  if (typeof found?.require !== "function") throw tslabChanged("tslab", "no __tslab__.require");
  return found;
}

/** The error for a seam that is not as the kernel knows it. */
export function tslabChanged(what: string, detail: string): ShootdownError {
  return notebookFailed("kernel", `${what} changed: ${detail}; reinstall the pinned dependencies`);
}
