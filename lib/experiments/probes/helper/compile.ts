/** The helper in C: found in the package, compiled once by the user's own compiler. */
import { execFile } from "node:child_process";
import { hash } from "node:crypto";
import { lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { promisify } from "node:util";
import { refused } from "../../../base/messages.ts";
import { cacheFolder, isOwn } from "../../ownCache.ts";

const FLAGS: readonly string[] = ["-O2", "-std=gnu11", "-pthread", "-Wall", "-Wextra"];
const COMPILE_MS = 120_000;

/** Settings of {@link compiledHelper}. */
export interface CompileOptions {
  /** The compiler. Default: `$CC`, or `cc`. */
  readonly compiler?: string;
  /** Where the program is kept. Default: the user's cache folder. */
  readonly cache?: string;
}

/**
 * The path of the compiled helper. It is compiled when the cache has none of these sources. Throws
 * SD011 without a compiler, where that fails, and where others may write to the cache.
 */
export async function compiledHelper(options: CompileOptions = {}): Promise<string> {
  const { compiler = process.env.CC || "cc", cache = cacheFolder() } = options;
  const folder = sources();
  const names = readdirSync(folder).filter((name) => /\.[ch]$/.test(name));
  names.sort();
  const texts = names.map((name) => `${name}\n${readFileSync(path.join(folder, name), "utf8")}`);
  const key = hash("sha256", [process.arch, ...FLAGS, ...texts].join("\n"));
  try {
    mkdirSync(cache, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw refused("folder", cache, (error as Error).message);
  }
  checkOwn(cache);
  const program = path.join(cache, `probe-${key.slice(0, 16)}`);
  if (lstatSync(program, { throwIfNoEntry: false }) === undefined) {
    const parts = names.filter((name) => name.endsWith(".c"));
    await compile(compiler, { parts: parts.map((name) => path.join(folder, name)), program });
  }
  checkOwn(program);
  return program;
}

async function compile(
  compiler: string,
  { parts, program }: { readonly parts: readonly string[]; readonly program: string },
): Promise<void> {
  const unfinished = `${program}.${process.pid}.tmp`;
  try {
    const args = [...FLAGS, "-o", unfinished, ...parts];
    await promisify(execFile)(compiler, args, { timeout: COMPILE_MS });
    renameSync(unfinished, program);
  } catch (error) {
    rmSync(unfinished, { force: true });
    const { code, stderr = "", message } = error as NodeJS.ErrnoException & { stderr?: string };
    if (code === "ENOENT") {
      const how = "no C compiler: install gcc or clang, or set CC; other probes need none";
      throw refused("cc", compiler, how);
    }
    throw refused("cc", compiler, (stderr.trim() || message).slice(0, 600));
  }
}

/** What is run must be the user's own. Throws SD011. */
function checkOwn(file: string): void {
  if (isOwn(file)) return;
  throw refused("file", file, "it must be of this user, no link, and nobody else may write to it");
}

/** The folder `native` of this package, which finds itself by its name. */
function sources(): string {
  const require = createRequire(import.meta.url);
  return path.join(path.dirname(require.resolve("shootdown/package.json")), "native");
}
