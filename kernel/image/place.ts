/**
 * Where the image for the cells of a folder is kept. Its name says what it was made of: another
 * Node, compiler, `@types/node` or set of packages looks for another file.
 */
import { createHash } from "node:crypto";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { cacheFolder, isOwn } from "../../lib/experiments/ownCache.ts";

/** The script that fills images. */
export const entryFile: string = fileURLToPath(new URL("../image/entry.cjs", import.meta.url));

/** Flags of Node with which an image is made, and which every process that uses it must have. */
export const imageFlags: readonly string[] = ["--no-rehash-snapshot"];

/**
 * On Node 22 and 24 a thread aborts the process when it loads `node:net`, if the process has been
 * started from a snapshot of whatever script. There a code cache has to do (`codeCache.ts`).
 */
export const canUseImages: boolean = Number.parseInt(process.versions.node, 10) < 22;

/**
 * The file for a project folder, whether it exists or not; undefined where images are switched off
 * (environment variable `SHOOTDOWN_IMAGE` set to `off`), or a part of them is missing.
 */
export function imageFile(projectRoot: string): string | undefined {
  if (process.env.SHOOTDOWN_IMAGE === "off" || !canUseImages) return undefined;
  const compiler = compilerFile();
  const types = nodeTypes(projectRoot) ?? nodeTypes(compiler);
  if (types === undefined) return undefined;
  const packages = path.resolve(types, "../../../.package-lock.json");
  const parts = [compiler, entryFile, types, packages];
  const { version, arch, env } = process;
  const made = [version, arch, env.NODE_OPTIONS, ...imageFlags, ...parts.map(fingerprint)];
  const name = createHash("sha256").update(made.join("\n")).digest("hex").slice(0, 32);
  return path.join(cacheFolder(), `${name}${imageExtension}`);
}

/** The file, if it exists and nobody else can have written it. */
export function usableImage(projectRoot: string): string | undefined {
  const file = imageFile(projectRoot);
  if (file === undefined || !isOwn(path.dirname(file)) || !isOwn(file)) return undefined;
  touch(file);
  return file;
}

/** Images that were not used for longest are removed first; what cannot be noted costs nothing. */
function touch(file: string): void {
  try {
    fs.utimesSync(file, new Date(), new Date());
  } catch {
    // A cache that can be read only.
  }
}

/** Takes an image away that no process starts from; for a while, nobody makes another one. */
export function discardImage(file: string): void {
  try {
    fs.writeFileSync(lockOf(file), "");
    fs.rmSync(file, { force: true });
  } catch {
    // A folder that cannot be written: every start tries once, and goes on without.
  }
}

/** Whoever makes an image holds this file; who has failed leaves it. */
export function lockOf(file: string): string {
  return `${file}.lock`;
}

/** The compiler's file. */
export function compilerFile(): string {
  return createRequire(import.meta.url).resolve("typescript");
}

/** How the names of images end. */
export const imageExtension = ".image";

/** package.json of the `@types/node` that cells in a folder see. */
function nodeTypes(folder: string): string | undefined {
  const file = path.join(folder, "node_modules/@types/node/package.json");
  if (fs.existsSync(file)) return file;
  const above = path.dirname(folder);
  return above === folder ? undefined : nodeTypes(above);
}

function fingerprint(file: string): string {
  const found = fs.statSync(file, { throwIfNoEntry: false });
  return `${file} ${found?.size} ${found?.mtimeMs}`;
}
