/** The command line as a value. Everything wrong with it is found before anything is done. */
import { invalid, missing, unknownName } from "../../lib/base/messages.ts";
import { commonOptions, type ReadOptions, readOptions } from "./readOptions.ts";

/** What the user has asked for. */
export type Invocation =
  | { readonly command: "help"; readonly topic: Topic | undefined }
  | { readonly command: "version" }
  | RunInvocation
  | RenderInvocation
  | CheckInvocation
  | KernelInvocation;

/** Execute a notebook. */
export interface RunInvocation extends OutputChoice {
  readonly command: "run";
  readonly notebook: string;
  /** File for the executed notebook, which may be the notebook itself; else it stays unchanged. */
  readonly out: string | undefined;
  /** File for the report. */
  readonly html: string | undefined;
  /** Texts of the parameters by name. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** Make reports of a notebook as it is. At least one of the files is there. */
export interface RenderInvocation extends OutputChoice {
  readonly command: "render";
  readonly notebook: string;
  readonly html: string | undefined;
  /** File for Markdown; its pictures go into a folder beside it. */
  readonly md: string | undefined;
}

/** Execute a notebook again and compare. */
export interface CheckInvocation extends OutputChoice {
  readonly command: "check";
  readonly notebook: string;
}

/** Be the kernel behind a notebook, as Jupyter starts it. */
export interface KernelInvocation {
  readonly command: "kernel";
  readonly connectionFile: string;
}

/** How a command talks. */
export interface OutputChoice {
  /** The result as one JSON object on stdout. */
  readonly json: boolean;
  /** No progress on stderr. */
  readonly quiet: boolean;
}

/** The commands that do something. */
export type Topic = "run" | "render" | "check" | "kernel";

const topics: readonly Topic[] = ["run", "render", "check", "kernel"];

/** Commands with arguments of their own, for those who look for one. */
const otherCommands = [
  ...["install", "uninstall", "doctor", "pair", "strip", "normalize", "console"],
  ...["gallery", "import", "probe", "lab", "sweep", "cell", "worker"],
];

const common = { ...commonOptions, quiet: { type: "boolean" } } as const;

const optionsOf = {
  run: {
    out: { type: "string" },
    html: { type: "string" },
    param: { type: "string", multiple: true },
    ...common,
  },
  render: { to: { type: "string" }, html: { type: "string" }, md: { type: "string" }, ...common },
  check: common,
  kernel: { "connection-file": { type: "string", short: "f" }, ...common },
} as const;

type Values = ReadOptions["values"];

/** Reads the arguments. Throws SD001…SD003 for what is wrong, missing or unknown. */
export function readCommandLine(args: readonly string[]): Invocation {
  const [first, ...rest] = args;
  if (first === undefined) {
    throw missing("command", `one of ${[...topics, ...otherCommands].join(", ")}; see --help`);
  }
  if (first === "--help" || first === "-h" || first === "help") {
    return { command: "help", topic: topics.find((topic) => topic === rest[0]) };
  }
  if (first === "--version") return { command: "version" };
  const topic = topics.find((known) => known === first);
  if (topic === undefined) {
    throw unknownName("command", first, [...topics, ...otherCommands]);
  }
  const { values, positionals } = readOptions(rest, optionsOf[topic]);
  if (values.help) return { command: "help", topic };
  if (values.version) return { command: "version" };
  if (topic === "kernel") return kernelInvocation(values, positionals);
  return invocation(topic, values, onlyNotebook(positionals));
}

function kernelInvocation(values: Values, [positional]: readonly string[]): KernelInvocation {
  if (positional !== undefined) throw invalid("argument", positional, "no argument");
  const connectionFile = values["connection-file"] as string | undefined;
  if (connectionFile === undefined) {
    throw missing("--connection-file", "the file in which Jupyter says where to listen");
  }
  return { command: "kernel", connectionFile };
}

function invocation(
  command: Exclude<Topic, "kernel">,
  values: Values,
  notebook: string,
): Invocation {
  const common = { notebook, json: values.json === true, quiet: values.quiet === true };
  const html = values.html as string | undefined;
  switch (command) {
    case "check":
      return { command, ...common };
    case "render":
      return { command, ...common, ...reportFiles(notebook, values) };
    case "run": {
      const pairs = (values.param ?? []) as readonly string[];
      const out = values.out as string | undefined;
      return { command, ...common, out, html, parameters: Object.fromEntries(pairs.map(pair)) };
    }
  }
}

/** `--to md` names the file after the notebook; `--html` and `--md` name theirs. */
function reportFiles(notebook: string, values: Values): Pick<RenderInvocation, "html" | "md"> {
  const { to } = values;
  if (to !== undefined && to !== "html" && to !== "md") throw invalid("--to", to, "html or md");
  const named = (kind: "html" | "md"): string | undefined => {
    const beside = to === kind ? `${notebook.replace(/\.ipynb$/, "")}.${kind}` : undefined;
    return (values[kind] as string | undefined) ?? beside;
  };
  const files = { html: named("html"), md: named("md") };
  if (files.html === undefined && files.md === undefined) {
    throw missing("--to", "html or md; or --html FILE, --md FILE");
  }
  return files;
}

function onlyNotebook(positionals: readonly string[]): string {
  const [notebook, second] = positionals;
  if (notebook === undefined) throw missing("notebook", "the path of an .ipynb file");
  if (second !== undefined) throw invalid("argument", second, "one notebook");
  return notebook;
}

function pair(text: string): [string, string] {
  const [, name, value] = /^([\p{L}_$][\p{L}\p{N}_$]*)=([\s\S]*)$/u.exec(text) ?? [];
  if (name === undefined || value === undefined) throw invalid("--param", text, "name=value");
  return [name, value];
}
