/** Where Jupyter looks for kernels, on each system and without asking Python. */
import os from "node:os";
import path from "node:path";
import { invalid, missing } from "../../../lib/base/messages.ts";

/** What the places depend on. */
export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Whom a kernel is installed for. */
export type Audience =
  | { readonly kind: "user" }
  /** The active Python environment, as `jupyter` of that environment sees it. */
  | { readonly kind: "environment" }
  | { readonly kind: "prefix"; readonly prefix: string };

/** The surroundings of this process. */
export function surroundings(): Surroundings {
  return { platform: process.platform, home: os.homedir(), env: process.env };
}

/** The folder of the kernel called `name`. Throws SD001 for a name that Jupyter does not take. */
export function kernelFolder(audience: Audience, name: string, around: Surroundings): string {
  if (!/^[\w.-]+$/.test(name) || /^\.+$/.test(name)) {
    throw invalid("--name", name, "letters, digits, ., - and _");
  }
  return joined(around, dataFolder(audience, around), "kernels", name.toLowerCase());
}

/** Every folder of that name in which Jupyter looks, in its order. */
export function kernelFolders(name: string, around: Surroundings): string[] {
  const { env, platform } = around;
  const separator = platform === "win32" ? ";" : ":";
  const extra = (env.JUPYTER_PATH ?? "").split(separator).filter((folder) => folder !== "");
  const active = activePrefix(around);
  const system = platform === "win32" ? [env.PROGRAMDATA].filter(isText) : systemPrefixes;
  const folders = [
    ...extra,
    dataFolder({ kind: "user" }, around),
    ...(active === undefined ? [] : [joined(around, active, "share", "jupyter")]),
    ...system.map((prefix) =>
      platform === "win32" ? joined(around, prefix, "jupyter") : `${prefix}/share/jupyter`,
    ),
  ];
  return [...new Set(folders)].map((folder) => joined(around, folder, "kernels", name));
}

function dataFolder(audience: Audience, around: Surroundings): string {
  switch (audience.kind) {
    case "user":
      return userFolder(around);
    case "prefix":
      return joined(around, absolute(around, audience.prefix), "share", "jupyter");
    case "environment": {
      const prefix = activePrefix(around);
      if (prefix === undefined) {
        const expected = "an active environment (VIRTUAL_ENV or CONDA_PREFIX); else use --prefix";
        throw missing("Python environment", expected);
      }
      return joined(around, prefix, "share", "jupyter");
    }
  }
}

/** As jupyter_core has it. */
function userFolder(around: Surroundings): string {
  const { platform, home, env } = around;
  if (isText(env.JUPYTER_DATA_DIR)) return env.JUPYTER_DATA_DIR;
  if (platform === "darwin") return joined(around, home, "Library", "Jupyter");
  if (platform === "win32") {
    return joined(around, env.APPDATA ?? joined(around, home, "AppData", "Roaming"), "jupyter");
  }
  const data = isText(env.XDG_DATA_HOME) ? env.XDG_DATA_HOME : joined(around, home, ".local/share");
  return joined(around, data, "jupyter");
}

function activePrefix({ env }: Surroundings): string | undefined {
  return [env.VIRTUAL_ENV, env.CONDA_PREFIX].find(isText);
}

function joined({ platform }: Surroundings, ...parts: string[]): string {
  return (platform === "win32" ? path.win32 : path.posix).join(...parts);
}

function absolute({ platform }: Surroundings, folder: string): string {
  return (platform === "win32" ? path.win32 : path.posix).resolve(folder);
}

function isText(text: string | undefined): text is string {
  return text !== undefined && text !== "";
}

const systemPrefixes = ["/usr/local", "/usr"];
