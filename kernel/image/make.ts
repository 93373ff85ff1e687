/** Makes images. A process of its own does it (`maker.ts`), because it takes seconds. */
import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { entryFile, imageExtension, imageFile, imageFlags, lockOf } from "./place.ts";
import type { ImageRequest } from "./request.ts";

/** Makes the image of a project behind the user's back: later kernels will start from it. */
export function makeImageLater(projectRoot: string): void {
  const file = imageFile(projectRoot);
  if (file === undefined || fs.existsSync(file)) return;
  const maker = fileURLToPath(new URL("./maker.js", import.meta.url));
  const child = spawn(process.execPath, ["--no-warnings", maker, projectRoot], {
    cwd: path.parse(file).root,
    detached: true,
    stdio: "ignore",
  });
  // Whatever goes wrong there costs time at the next start, and nothing else.
  child.on("error", () => undefined);
  child.unref();
}

/** Makes an image unless another process is at it, or has failed at it lately. */
export function makeImage(file: string, request: ImageRequest): void {
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  if (!takeLock(lockOf(file))) return;
  const script = `${file}.${process.pid}.cjs`;
  const half = `${file}.${process.pid}.half`;
  try {
    // Node gives the script no `exports`, which compiled modules set marks on.
    fs.writeFileSync(script, `const exports = {};\n${fs.readFileSync(entryFile, "utf8")}`);
    const flags = ["--no-warnings", ...imageFlags, "--snapshot-blob", half, "--build-snapshot"];
    const { status } = spawnSync(process.execPath, [...flags, script], {
      cwd: path.parse(file).root,
      stdio: "ignore",
      env: { ...process.env, SHOOTDOWN_IMAGE_REQUEST: JSON.stringify(request) },
    });
    if (status !== 0) return;
    fs.chmodSync(half, 0o600);
    fs.renameSync(half, file);
    fs.rmSync(lockOf(file), { force: true });
    removeOld(path.dirname(file));
  } finally {
    for (const rest of [script, half]) fs.rmSync(rest, { force: true });
  }
}

/** Only one process makes an image; one that has failed is tried again after a while only. */
function takeLock(lock: string): boolean {
  try {
    fs.closeSync(fs.openSync(lock, "wx"));
    return true;
  } catch {
    const since = fs.statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (Date.now() - since > patienceMs) fs.rmSync(lock, { force: true });
    return false;
  }
}

/** Packages come and go; the images that were used last stay. */
function removeOld(folder: string): void {
  const images = fs
    .readdirSync(folder)
    .filter((name) => name.endsWith(imageExtension))
    .map((name) => path.join(folder, name));
  const age = (file: string): number => fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const oldest = images.sort((a, b) => age(b) - age(a)).slice(keptImages);
  for (const file of oldest) fs.rmSync(file, { force: true });
}

/** Time that one process has for it, and another one waits after a failure, ms. */
const patienceMs = 600_000;

/** One has about 40 MB. */
const keptImages = 6;
