/** The command line as a value. Everything wrong with it is found before anything is done. */
import { parseArgs } from "node:util";
import { invalid, missing, unknownName } from "../../lib/base/messages.ts";

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

/** Make a report of a notebook as it is. */
export interface RenderInvocation extends OutputChoice {
  readonly command: "render";
  readonly notebook: string;
  readonly html: string;
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

const common = {
  help: { type: "boolean", short: "h" },
  version: { type: "boolean" },
  json: { type: "boolean" },
  quiet: { type: "boolean" },
} as const;

const optionsOf = {
  run: {
    out: { type: "string" },
    html: { type: "string" },
    param: { type: "string", multiple: true },
    ...common,
  },
  render: { html: { type: "string" }, ...common },
  check: common,
  kernel: { "connection-file": { type: "string", short: "f" }, ...common },
} as const;

type Values = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

/** Reads the arguments. Throws SD001…SD003 for what is wrong, missing or unknown. */
export function readCommandLine(args: readonly string[]): Invocation {
  const [first, ...rest] = args;
  if (first === undefined) throw missing("command", `one of ${topics.join(", ")}; see --help`);
  if (first === "--help" || first === "-h" || first === "help") {
    return { command: "help", topic: topics.find((topic) => topic === rest[0]) };
  }
  if (first === "--version") return { command: "version" };
  const topic = topics.find((known) => known === first);
  if (topic === undefined) throw unknownName("command", first, topics);
  const { values, positionals } = parsed(topic, rest);
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
      if (html === undefined) throw missing("--html", "a file for the report");
      return { command, ...common, html };
    case "run": {
      const pairs = (values.param ?? []) as readonly string[];
      const out = values.out as string | undefined;
      return { command, ...common, out, html, parameters: Object.fromEntries(pairs.map(pair)) };
    }
  }
}

function parsed(topic: Topic, args: string[]): { values: Values; positionals: string[] } {
  const options = optionsOf[topic];
  try {
    return parseArgs({ args, options, allowPositionals: true }) as ReturnType<typeof parsed>;
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    const option = /'(-[^\s']+)/.exec(message)?.[1] ?? "";
    if (code === "ERR_PARSE_ARGS_UNKNOWN_OPTION") {
      throw unknownName(
        "option",
        option,
        Object.keys(options).map((name) => `--${name}`),
      );
    }
    throw invalid("option", option, message.split(".")[0] ?? message);
  }
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
