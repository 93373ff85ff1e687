import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import ts from "typescript";
import { expect, test } from "vitest";
import { root } from "./sources.ts";

type Compiler = typeof ts;

/** The compiler inside tslab: notebook cells see the declarations through it. */
const oldest = createRequire(import.meta.url)("typescript-5.0") as Compiler;

/** As tslab sets it up, except that library declarations are checked and nothing turns into any. */
function asInCells(compiler: Compiler): ts.CompilerOptions {
  return {
    module: compiler.ModuleKind.CommonJS,
    moduleResolution: compiler.ModuleResolutionKind.Node10,
    target: compiler.ScriptTarget.ES2022,
    lib: ["lib.es2022.d.ts"],
    types: [],
    noEmit: true,
  };
}

function asInModules(compiler: Compiler): ts.CompilerOptions {
  return {
    module: compiler.ModuleKind.NodeNext,
    moduleResolution: compiler.ModuleResolutionKind.NodeNext,
    target: compiler.ScriptTarget.ES2022,
    lib: ["lib.es2023.d.ts"],
    types: [],
    noEmit: true,
    strict: true,
  };
}

/**
 * Errors that a user of the declarations at `entry` gets, in our own files only: the declarations of
 * other packages have some that are not ours to mend. `planted` files exist in memory.
 */
function declarationErrors(
  compiler: Compiler,
  options: ts.CompilerOptions,
  entry: string,
  planted: Readonly<Record<string, string>> = {},
): string[] {
  const consumer = `${root}dist/consumer.ts`;
  const import_ = `import * as sd from "${entry}";\nexport const api: typeof sd = sd;\n`;
  const texts = new Map(Object.entries(planted).map(([path, text]) => [root + path, text]));
  texts.set(consumer, import_);
  const host = compiler.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.getCurrentDirectory = () => root;
  host.directoryExists = () => true;
  host.fileExists = (path) => texts.has(path) || fileExists(path);
  host.readFile = (path) => texts.get(path) ?? readFile(path);
  host.getSourceFile = (path, languageVersion, ...rest) => {
    const text = texts.get(path);
    if (text === undefined) return getSourceFile(path, languageVersion, ...rest);
    return compiler.createSourceFile(path, text, languageVersion);
  };
  const program = compiler.createProgram({ rootNames: [consumer], options, host });
  return program
    .getSourceFiles()
    .filter(({ fileName }) => fileName.startsWith(`${root}dist/`))
    .flatMap((file) => [
      ...program.getSyntacticDiagnostics(file),
      ...program.getSemanticDiagnostics(file),
    ])
    .map(({ file, messageText }) => {
      const text = compiler.flattenDiagnosticMessageText(messageText, " ");
      return `${file?.fileName.slice(root.length)}: ${text}`;
    });
}

test.for([
  ["TypeScript 5.0.4, as in notebook cells", oldest, asInCells(oldest)],
  ["the current TypeScript, as in modules", ts, asInModules(ts)],
] as const)("the declarations are read without errors by %s", ([, compiler, options], { skip }) => {
  const missing = !existsSync(`${root}dist/lib/index.d.ts`);
  if (missing) console.info("skipped: dist/lib/index.d.ts is missing, run npm run build");
  skip(missing, "dist/lib/index.d.ts is missing");
  const withNode = { ...options, types: ["node"] };
  expect(declarationErrors(compiler, withNode, "./lib/index.js")).toEqual([]);
});

test("the rule sees types that only newer compilers know, and declarations that are missing", () => {
  const planted = {
    "dist/planted/index.d.ts":
      'export { names } from "./newer.ts";\nexport declare const bytes: Uint8Array<ArrayBuffer>;\n',
    "dist/planted/newer.d.ts": "export declare function names(): MapIterator<string>;\n",
  };
  const errors = (compiler: Compiler, options: ts.CompilerOptions): string[] =>
    declarationErrors(compiler, options, "./planted/index.js", planted);
  expect(errors(oldest, asInCells(oldest))).toEqual([
    "dist/planted/newer.d.ts: Cannot find name 'MapIterator'. Did you mean 'Iterator'?",
    "dist/planted/index.d.ts: Type 'Uint8Array' is not generic.",
  ]);
  expect(errors(ts, asInModules(ts))).toEqual([]);
  expect(declarationErrors(ts, asInModules(ts), "./planted/none.js", planted)).toEqual([
    "dist/consumer.ts: Cannot find module './planted/none.js' or its corresponding type declarations.",
  ]);
});
