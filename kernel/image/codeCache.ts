/**
 * Where images cannot be used, Node keeps the compiled code of the compiler between processes,
 * which saves a fifth of the start. The variable is taken back before a cell can see it.
 */
import fs from "node:fs";
import Module from "node:module";
import path from "node:path";
import { cacheFolder, isOwn } from "../../lib/experiments/ownCache.ts";
import { canUseImages } from "./place.ts";

/**
 * Variables for a cell process that starts without an image; none where others can write to the
 * folder, because what lies there is run.
 */
export function codeCache(): Readonly<Record<string, string>> {
  return canUseImages || !isPrivate(folder()) ? {} : { [variable]: folder() };
}

function isPrivate(code: string): boolean {
  try {
    fs.mkdirSync(code, { recursive: true, mode: 0o700 });
  } catch {
    return false;
  }
  return isOwn(path.dirname(code)) && isOwn(code);
}

/** Takes the variable back. */
export function forgetCodeCache(): void {
  if (process.env[variable] === folder()) delete process.env[variable];
}

/** Writes what has been compiled so far: a cell process may end by a signal. */
export function keepCompiledCode(): void {
  if (canUseImages) return;
  // From Node 22.10 on.
  (Module as { flushCompileCache?: () => void }).flushCompileCache?.();
}

const variable = "NODE_COMPILE_CACHE";

function folder(): string {
  return path.join(cacheFolder(), "code");
}
