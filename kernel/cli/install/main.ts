/** `shootdown install` and `shootdown uninstall`: make the kernel known to Jupyter, and unknown. */
import { existsSync } from "node:fs";
import { invalid } from "../../../lib/base/messages.ts";
import { projectRootOf } from "../../exec/projectRoot.ts";
import { makeImageLater } from "../../image/make.ts";
import { type Command, tellResult } from "../command.ts";
import { exitCode } from "../exitCode.ts";
import type { ReadOptions } from "../readOptions.ts";
import { commandFile, kernelspec, removeKernelspec, writeKernelspec } from "./kernelspec.ts";
import { type Audience, kernelFolder, kernelFolders, surroundings } from "./places.ts";

const places = `  --user              for this user (default)
  --sys-prefix        for the active environment (VIRTUAL_ENV, CONDA_PREFIX)
  --prefix DIR        under DIR/share/jupyter
  --name NAME         name of the kernel (default shootdown)
`;

const ending = `  --json              print the result as one JSON object on stdout

Exit codes: 0 ok, 2 wrong usage, 3 a file cannot be written or is not ours.
`;

const audienceOptions = {
  user: { type: "boolean" },
  "sys-prefix": { type: "boolean" },
  prefix: { type: "string" },
  name: { type: "string" },
} as const;

/** Writes the kernelspec. Python is not needed: Jupyter finds the folder by itself. */
export const installCommand: Command = {
  help: `shootdown install [options]

Makes the kernel known to Jupyter, VS Code and other front ends: a folder with
kernel.json and logos. It names this Node and this copy of the package by their
absolute paths, so install again when one of them has moved.

  shootdown install

${places}  --display-name TEXT name in menus (default "Shootdown (TypeScript)")
${ending}`,
  options: { ...audienceOptions, "display-name": { type: "string" } },
  perform: install,
};

/** Removes a kernelspec of this package. */
export const uninstallCommand: Command = {
  help: `shootdown uninstall [options]

Removes what install has written. A kernel of another program is left alone.

  shootdown uninstall

${places}${ending}`,
  options: audienceOptions,
  perform: uninstall,
};

async function install(read: ReadOptions): Promise<number> {
  const { folder, name } = placeOf(read);
  const displayName = read.values["display-name"] as string | undefined;
  await writeKernelspec(folder, kernelspec(displayName ?? "Shootdown (TypeScript)"));
  makeImageLater(projectRootOf(process.cwd()));
  const notes = notesOn(folder, name);
  const text = [`installed kernel ${name} in ${folder}`, ...notes.map((note) => `note: ${note}`)];
  tellResult(read, { ok: true, name, folder, notes }, `${text.join("\n")}\n`);
  return exitCode.ok;
}

async function uninstall(read: ReadOptions): Promise<number> {
  const { folder, name } = placeOf(read);
  await removeKernelspec(folder);
  tellResult(read, { ok: true, name, folder }, `removed kernel ${name} from ${folder}\n`);
  return exitCode.ok;
}

function placeOf({ values, positionals }: ReadOptions): { folder: string; name: string } {
  if (positionals[0] !== undefined) throw invalid("argument", positionals[0], "no argument");
  const name = (values.name as string | undefined) ?? "shootdown";
  return { folder: kernelFolder(audienceOf(values), name, surroundings()), name };
}

function audienceOf(values: ReadOptions["values"]): Audience {
  const { user, prefix } = values;
  const environment = values["sys-prefix"];
  if ([user, environment, prefix].filter((given) => given !== undefined).length > 1) {
    throw invalid("options", "several places", "one of --user, --sys-prefix and --prefix");
  }
  if (typeof prefix === "string") return { kind: "prefix", prefix };
  return { kind: environment === true ? "environment" : "user" };
}

/** What may surprise later. */
function notesOn(folder: string, name: string): string[] {
  const notes: string[] = [];
  const folders = kernelFolders(name, surroundings());
  const first = folders.find((other) => existsSync(other));
  if (!folders.includes(folder)) {
    notes.push("Jupyter looks there only when JUPYTER_PATH or its own prefix says so");
  } else if (first !== undefined && first !== folder) {
    notes.push(`another kernel of that name comes first: ${first}`);
  }
  if (/[\\/]_npx[\\/]/.test(commandFile)) {
    notes.push("this copy is in the cache of npx, which may be emptied: install the package");
  }
  return notes;
}
