/** docs/model.md and docs/model/ name files that exist, every path, and the values of the code. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { expect, test } from "vitest";
import { behaviourOf, hyperv, kvm, native, xenPv } from "../../lib/backends/backend.ts";
import type { Arch } from "../../lib/machine/arch.ts";
import { archKinds, arm64, powerpc, x86 } from "../../lib/machine/arch.ts";
import { batchLimits } from "../../lib/mm/batchLimits.ts";
import { HOOK_NAMES } from "../../lib/mm/hookPoints.ts";
import { KERNEL_PATH_NAMES } from "../../lib/mm/kernelPaths.ts";
import { RELEASE_NAMES, releaseFeatures } from "../../lib/mm/release.ts";
import { grouped } from "../../lib/tables/markdown.ts";

const root = join(import.meta.dirname, "../..");
const parts = readdirSync(join(root, "docs/model")).map((name) => `docs/model/${name}`);
const written = ["README.md", "docs/model.md", "docs/design.md", "docs/policies.md", ...parts];

function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

/** Names of sources in backquotes; one without a folder stands in that of the one before. */
function sourcesNamed(text: string): string[] {
  let folder = "";
  return [...text.matchAll(/`((?:lib\/)?[\w/]+\.ts)`/g)].map(([, name = ""]) => {
    if (name.startsWith("lib/")) folder = dirname(name);
    return name.startsWith("lib/") ? name : join(folder, name);
  });
}

function programFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return programFiles(path);
    return /\bprogram\(/.test(read(path)) ? [path] : [];
  });
}

test("every source that is named exists", () => {
  for (const page of written) {
    for (const name of sourcesNamed(read(page))) {
      expect(existsSync(join(root, name)), `${page}: ${name}`).toBe(true);
    }
  }
});

test("every kernel path of the model is named, and every file of a backend's flush", () => {
  const named = new Set(["docs/model.md", ...parts].flatMap((page) => sourcesNamed(read(page))));
  const registries = ["lib/mm/kernelPaths.ts"];
  const files = [...programFiles("lib/mm"), ...programFiles("lib/backends")];
  expect(files.filter((file) => !named.has(file) && !registries.includes(file))).toEqual([]);
  expect(files.length).toBeGreaterThan(40);
});

/** A value in 6.1, and each later release that changes it. */
function byRelease(values: readonly unknown[]): string {
  const cells: string[] = [];
  values.forEach((value, i) => {
    const word = wordOf(value);
    if (i === 0) cells.push(word);
    else if (word !== wordOf(values[i - 1])) cells.push(`${RELEASE_NAMES[i]}: ${word}`);
  });
  return cells.join("; ");
}

function wordOf(value: unknown): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (value === null) return "none";
  return typeof value === "number" ? grouped(value) : `\`${String(value)}\``;
}

test("every release switch has a row with its values and a source", () => {
  const page = read("docs/model/releases.md");
  const { release: _, ...switches } = releaseFeatures("7.2");
  for (const name of Object.keys(switches) as (keyof typeof switches)[]) {
    const cells = archKinds.map((arch) =>
      byRelease(RELEASE_NAMES.map((release) => releaseFeatures(release, arch)[name])),
    );
    expect(page).toContain(`\n| \`${name}\` | ${cells.join(" | ")} | `);
  }
  const rows = page.split("## Batch limits")[0]?.match(/^\| `/gm) ?? [];
  expect(rows).toHaveLength(Object.keys(switches).length);
});

test("every batch limit has a row", () => {
  const page = read("docs/model/releases.md");
  for (const [name, { value, unit, releases, source }] of Object.entries(batchLimits)) {
    expect(page).toContain(`| \`${name}\` | ${grouped(value)} ${unit} | ${releases} | ${source} |`);
  }
});

test("the attributes of flushes are those of the code", () => {
  const page = read("docs/model/backends.md");
  const rows: [label: string, cpu: Arch, backend: ReturnType<typeof native>][] = [
    ["`native()`, x86", x86(), native()],
    ["`native()`, x86 with INVLPGB", x86({ invlpgb: true }), native()],
    ["`native()`, arm64", arm64(), native()],
    ["`native()`, powerpc", powerpc(), native()],
    ["`kvm()`", x86(), kvm()],
    ["`hyperv()`", x86(), hyperv()],
    ["`xenPv()`", x86(), xenPv()],
  ];
  for (const [label, cpu, backend] of rows) {
    const { tlbTargets, handlerTargets, ordersInitiator } = behaviourOf(backend).attributes(cpu);
    expect(page).toContain(`| ${label} | ${tlbTargets} | ${handlerTargets} | ${ordersInitiator} |`);
  }
});

test("every hook and every kernel path with a name is explained", () => {
  const page = read("docs/design.md");
  for (const name of [...HOOK_NAMES, ...KERNEL_PATH_NAMES]) expect(page).toContain(`\`${name}\``);
});

test("every page of the model is in the index", () => {
  const index = read("docs/model.md");
  for (const page of parts) expect(index).toContain(`(model/${basename(page)})`);
});
