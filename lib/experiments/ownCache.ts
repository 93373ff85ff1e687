/** The user's folder for what was made here, can be made anew, and is run: programs, images. */
import { lstatSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";

/** `shootdown` in the folder that the system has for caches. */
export function cacheFolder(): string {
  const { env, platform } = process;
  const home = homedir();
  const usual =
    platform === "darwin"
      ? path.join(home, "Library/Caches")
      : platform === "win32"
        ? env.LOCALAPPDATA || path.join(home, "AppData/Local")
        : path.join(home, ".cache");
  return path.join(env.XDG_CACHE_HOME || usual, "shootdown");
}

/** Whether a file or folder is there, is this user's, no link, and nobody else may write to it. */
export function isOwn(file: string): boolean {
  const found = lstatSync(file, { throwIfNoEntry: false });
  if (found === undefined || found.isSymbolicLink()) return false;
  const user = process.getuid?.();
  return user === undefined || (found.uid === user && (found.mode & OTHERS_MAY_WRITE) === 0);
}

const OTHERS_MAY_WRITE = 0o022;
