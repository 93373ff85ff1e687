/**
 * The script that fills an image. Node runs it once with `--build-snapshot`, where a script may
 * use Node's own modules only: so it loads the compiler by hand, and imports nothing else of
 * this package. What it leaves on the global object is the image (`image.ts`); a process started
 * from the snapshot goes on in `run`.
 */

import type { CompilerImage, ImageFile } from "./image.ts" with { "resolution-mode": "import" };
import type { ImageRequest } from "./request.ts" with { "resolution-mode": "import" };

const fs = process.getBuiltinModule("node:fs");
const path = process.getBuiltinModule("node:path");
const url = process.getBuiltinModule("node:url");
const v8 = process.getBuiltinModule("node:v8");
const vm = process.getBuiltinModule("node:vm");

type Compiler = CompilerImage["typescript"];
type Program = CompilerImage["program"];
type Node = Parameters<Compiler["forEachChild"]>[0] & {
  symbol?: { exports?: Map<string, unknown> };
};
type Host = ReturnType<Compiler["createCompilerHost"]>;

/** Code that makes the compiler look at the commonest parts of its library. */
const sample = `export {};
const list = [1, 2, 3].map((value) => String(value));
console.log(list.join(", "), await Promise.resolve(new Map([["a", 1]])));
`;

const request = JSON.parse(process.env.SHOOTDOWN_IMAGE_REQUEST ?? "") as ImageRequest;
delete process.env.SHOOTDOWN_IMAGE_REQUEST;
const typescript = loadCompiler(request.compiler);
const image: CompilerImage = { typescript, ...libraryOf(typescript, request) };
Object.defineProperty(globalThis, Symbol.for("shootdown.compilerImage"), { value: image });
v8.startupSnapshot.setDeserializeMainFunction(run);

/** The compiler is one file that needs nothing but Node. */
function loadCompiler(file: string): Compiler {
  const text = fs.readFileSync(file, "utf8");
  const names = ["exports", "require", "module", "__filename", "__dirname"];
  const load = vm.compileFunction(text, names, { filename: file });
  const module = { exports: {} };
  load(module.exports, require, module, file, path.dirname(file));
  return module.exports as Compiler;
}

/**
 * The files of a program with one small cell, and that program once more: checking the first one
 * binds the files, and what a checker finds out is not kept.
 */
function libraryOf(ts: Compiler, request: ImageRequest): Omit<CompilerImage, "typescript"> {
  const { options, roots } = request;
  const imports: Imports = new Map();
  const host = hostOf(ts, request, imports);
  const checked = ts.createProgram(roots, options, host);
  check(checked, roots);
  const sources = new Map(checked.getSourceFiles().map((source) => [source.fileName, source]));
  for (const source of sources.values()) dropEmptyTables(ts, source);
  host.getSourceFile = (name) => sources.get(name);
  const program = ts.createProgram(roots, options, host);
  const files = program.getSourceFiles().filter(({ fileName }) => !roots.includes(fileName));
  const image = (source: ImageFile["source"]) => imageFile(source, imports.get(source.fileName));
  return { files: new Map(files.map((source) => [source.fileName, image(source)])), program };
}

type Imports = Map<string, ImageFile["imports"]>;

/** A host that knows the cell and the declarations before it, and notes what imports lead to. */
function hostOf(ts: Compiler, { options, roots }: ImageRequest, imports: Imports): Host {
  const host = ts.createCompilerHost(options);
  const { getSourceFile } = host;
  const texts = new Map(roots.map((name) => [name, isDeclarations(name) ? "export {};" : sample]));
  host.getCurrentDirectory = () => path.posix.dirname(roots[0] ?? "");
  // Comments are half of the text, and read when somebody asks for them (lang/documentation.ts).
  host.jsDocParsingMode = ts.JSDocParsingMode.ParseNone;
  host.getSourceFile = (name, wanted) => {
    const text = texts.get(name);
    if (text === undefined) return getSourceFile(name, wanted);
    return ts.createSourceFile(name, text, wanted);
  };
  host.resolveModuleNameLiterals = (literals, from) => {
    const resolve = (text: string) =>
      ts.resolveModuleName(text, from, options, host, undefined, undefined, ts.ModuleKind.ESNext);
    const found = literals.map(({ text }) => [text, resolve(text)] as const);
    imports.set(from, new Map(found));
    return found.map(([, resolved]) => resolved);
  };
  return host;
}

function isDeclarations(file: string): boolean {
  return file.endsWith(".d.ts");
}

/** Goes the way of every cell once, so that the functions on it are compiled. */
function check(program: Program, roots: readonly string[]): void {
  const source = program.getSourceFile(roots.find((name) => !isDeclarations(name)) ?? "");
  program.getSyntacticDiagnostics(source);
  program.getSemanticDiagnostics(source);
  program.emit(source, () => undefined, undefined, false);
  const compilerOptions = {
    ...program.getCompilerOptions(),
    module: typescript.ModuleKind.CommonJS,
  };
  typescript.transpileModule(sample, { compilerOptions });
}

/** The binder gives each parameter a table of properties, which only JavaScript fills. */
function dropEmptyTables(ts: Compiler, node: Node): void {
  if (node.kind === ts.SyntaxKind.Parameter && node.symbol?.exports?.size === 0) {
    // Not deleted: that would change the shape of the object.
    Object.assign(node.symbol, { exports: undefined });
  }
  ts.forEachChild(node, (child) => dropEmptyTables(ts, child));
}

function imageFile(
  source: ImageFile["source"],
  imports: ImageFile["imports"] = new Map(),
): ImageFile {
  const { size, mtimeMs } = fs.statSync(source.fileName);
  return { source, size, mtimeMs, imports };
}

/** Runs the program that the command line names, as if it had been started without an image. */
function run(): void {
  // What a cell starts is to start without.
  process.execArgv.splice(0, process.execArgv.length, "--no-warnings");
  const main = url.pathToFileURL(process.argv[1]!).href;
  new vm.Script(`import(${JSON.stringify(main)})`, {
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }).runInThisContext();
}
