/**
 * The package as somebody gets it: packed, installed into an empty project without install scripts,
 * used from there. `SHOOTDOWN_NODES` names further Node binaries to do so with, parted by colons.
 * Needs a registry of packages; without one the tests say so and are skipped.
 */
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildKernel, root } from "../kernel/build.ts";

const nodes = [process.execPath, ...(process.env.SHOOTDOWN_NODES ?? "").split(":")].filter(Boolean);
const folder = fs.mkdtempSync(path.join(os.tmpdir(), "shootdown-package-"));
let tarball = "";

interface Done {
  readonly code: number | null;
  readonly said: string;
}

/** A command in a folder, with one Node before all others. */
function run(node: string, cwd: string, command: string, ...args: string[]): Done {
  const PATH = `${path.dirname(node)}:${process.env.PATH}`;
  const env = { ...process.env, PATH, HOME: folder };
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: "utf8" });
  return { code: status, said: `${stdout}${stderr}` };
}

const hasRegistry = run(process.execPath, folder, "npm", "ping").code === 0;
if (!hasRegistry) console.info("skipped: no registry of packages can be reached");

const consumer = `import * as sd from "shootdown";
const workload: sd.Workload = sd.workload.collapse({ bytes: sd.MiB(4) });
const scene = { machine: sd.machines.icelake64, linux: sd.linux(), backend: sd.backend.native() };
const run: sd.Run = sd.simulate({ ...scene, workload });
export const calls: number = run.total("CAL");
// @ts-expect-error a workload of no bytes is no workload
export const wrong: sd.Workload = sd.workload.collapse({ bytes: "many" });
`;

beforeAll(() => {
  buildKernel();
  const packed = run(process.execPath, root, "npm", "pack", "--json", "--pack-destination", folder);
  const name = /"filename": "([^"]+)"/.exec(packed.said)?.[1];
  tarball = path.join(folder, name ?? "none.tgz");
  expect(fs.existsSync(tarball), packed.said).toBe(true);
});

afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!hasRegistry)("the packed package", () => {
  it.each(nodes)("installs into an empty project and runs a notebook there, %s", (node) => {
    const project = path.join(folder, `project-${nodes.indexOf(node)}`);
    fs.mkdirSync(project);
    const bare = { name: "empty", private: true, type: "module" };
    fs.writeFileSync(path.join(project, "package.json"), JSON.stringify(bare));
    const flags = ["--ignore-scripts", "--no-audit", "--no-fund"];
    expect(run(node, project, "npm", "install", ...flags, tarball)).toMatchObject({ code: 0 });
    const cli = path.join(project, "node_modules/shootdown/dist/kernel/cli.js");
    const doctor = run(node, project, node, cli, "doctor");
    expect(doctor, doctor.said).toMatchObject({ code: 0 });
    expect(run(node, project, node, cli, "install")).toMatchObject({ code: 0 });
    const packed = "node_modules/shootdown/notebooks/08-hugetlb-unshare.ipynb";
    fs.copyFileSync(path.join(project, packed), path.join(project, "own.ipynb"));
    const checked = run(node, project, node, cli, "check", "own.ipynb", "--quiet");
    expect(checked, checked.said).toMatchObject({ code: 0 });
    const made = run(node, project, node, cli, "run", "own.ipynb", "--html", "own.html");
    expect(made, made.said).toMatchObject({ code: 0 });
    expect(fs.readFileSync(path.join(project, "own.html"), "utf8")).toContain('class="finding"');
    fs.writeFileSync(path.join(project, "use.mjs"), `${consumer.split("\n")[0]}\nsd.machine();\n`);
    const required = "require('shootdown').machine()";
    expect(run(node, project, node, "use.mjs")).toMatchObject({ code: 0 });
    expect(run(node, project, node, "-e", required)).toMatchObject({ code: 0 });
  });

  it.each(["typescript-5.0", "typescript"])("is typed for %s", (name) => {
    const project = path.join(folder, "project-0");
    fs.writeFileSync(path.join(project, "use.ts"), consumer);
    const compiler = path.join(root, "node_modules", name, "bin/tsc");
    const options = { module: "nodenext", target: "es2022", types: [], skipLibCheck: true };
    const compilerOptions = { ...options, strict: true, noEmit: true };
    const config = JSON.stringify({ compilerOptions, files: ["use.ts"] });
    fs.writeFileSync(path.join(project, "tsconfig.json"), config);
    const typed = run(process.execPath, project, process.execPath, compiler, "-p", ".");
    expect(typed, typed.said).toMatchObject({ code: 0 });
  });

  it.each([
    ["publint@0.3.25", "--strict"],
    ["@arethetypeswrong/cli@0.18.5", "--profile", "esm-only"],
  ])("is clean to %s", (tool, ...args) => {
    const linted = run(process.execPath, folder, "npx", "--yes", tool, tarball, ...args);
    expect(linted, linted.said).toMatchObject({ code: 0 });
  });
});
