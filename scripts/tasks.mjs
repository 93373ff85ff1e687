/**
 * Set-up and build, shared by all scripts. Only Node's own modules are imported: in a fresh clone
 * nothing else is installed. Every task returns an exit code, 0 for success.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The root folder of the repository. */
export const root = fileURLToPath(new URL("..", import.meta.url));

/** What the build depends on beside the sources. */
const BUILD_FILES = [
  ...["tsconfig.json", "tsconfig.build.json", "package-lock.json", "scripts/bundle.mjs"],
];

/** Installs what package-lock.json names, unless the installed packages are at least as new. */
export function setup() {
  const installed = changeTime("node_modules/.package-lock.json");
  if (installed >= changeTime("package-lock.json")) return 0;
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));
  return timed(`installing ${Object.keys(packages).length - 1} packages (npm ci)`, () =>
    npm("ci", "--ignore-scripts", "--no-audit", "--no-fund"),
  );
}

/** Compiles lib/ and kernel/ to dist/, unless dist/ is newer than all of them. */
export function build() {
  // The compiler writes this file last, so an interrupted build counts as none.
  const stamp = join(root, "dist/.tsbuildinfo");
  const inputs = ["lib", "kernel", ...BUILD_FILES];
  if (changeTime("dist/.tsbuildinfo") >= Math.max(...inputs.map(newest))) return 0;
  const code = timed("building (tsc, rolldown)", compile);
  if (code !== 0) {
    rmSync(stamp, { force: true });
    return code;
  }
  const now = new Date();
  utimesSync(stamp, now, now);
  return 0;
}

function compile() {
  const code = runNode("node_modules/typescript/bin/tsc", ["-p", "tsconfig.build.json"]);
  if (code !== 0) return code;
  removeStaleOutput();
  return runNode("scripts/bundle.mjs", []);
}

/** Runs a script of the repository in `cwd`, with the terminal of this process. */
export function runNode(script, args, cwd = root) {
  return run(process.execPath, [join(root, script), ...args], { cwd });
}

function npm(...args) {
  const running = process.env.npm_execpath ?? "";
  if (basename(running) === "npm-cli.js") return run(process.execPath, [running, ...args]);
  return run("npm", args, { shell: process.platform === "win32" });
}

function run(command, args, options = {}) {
  const { error, status } = spawnSync(command, args, { cwd: root, stdio: "inherit", ...options });
  if (error !== undefined) console.error(`${command}: ${error.message}`);
  return status ?? 1;
}

function timed(what, task) {
  console.log(`${what} ...`);
  const start = Date.now();
  const code = task();
  const seconds = ((Date.now() - start) / 1000).toFixed(1);
  console.log(code === 0 ? `done in ${seconds} s` : `failed after ${seconds} s`);
  return code;
}

/** Time of the last change in milliseconds; 0 for what does not exist. */
function changeTime(path) {
  return statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Latest change of a file, or of a folder and all in it; a folder changes when a file leaves. */
function newest(path) {
  if (!statSync(join(root, path)).isDirectory()) return changeTime(path);
  const inside = readdirSync(join(root, path), { recursive: true });
  return Math.max(changeTime(path), ...inside.map((name) => changeTime(join(path, name))));
}

/** Removes emitted files whose source is gone, so that a package never carries them. */
function removeStaleOutput() {
  for (const name of readdirSync(join(root, "dist"), { recursive: true })) {
    const source = name.replace(/(\.d\.ts|\.js|\.js\.map)$/, ".ts");
    if (source !== name && !existsSync(join(root, source))) rmSync(join(root, "dist", name));
  }
}
