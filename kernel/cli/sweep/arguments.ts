/** Arguments of the sweep commands, read before anything is done. */
import { invalid, missing, unknownName } from "../../../lib/base/messages.ts";
import { type ReadOptions, readOptions } from "../readOptions.ts";

/** The sweep commands, as they are typed. */
export const SWEEP_COMMANDS = [
  "sweep run",
  "sweep status",
  "sweep resume",
  "sweep verify",
  "sweep cancel",
  "sweep export",
  "sweep compact",
  "cell",
  "worker",
] as const;

/** One of them. */
export type SweepCommand = (typeof SWEEP_COMMANDS)[number];

/** A command with its arguments. */
export interface SweepArguments {
  readonly command: SweepCommand;
  readonly help: boolean;
  /** The argument without a name: a file, a folder. */
  readonly operand: string | undefined;
  /** Options by name; those that are no flags are texts. */
  readonly options: ReadOptions["values"];
}

const text = { type: "string" } as const;
const flag = { type: "boolean" } as const;
const common = { help: { type: "boolean", short: "h" }, json: flag, quiet: flag } as const;
const limits = { timeout: text, memory: text, attempts: text } as const;

const executors = {
  executor: text,
  workers: text,
  redis: text,
  tasks: text,
  throttle: text,
  sbatch: { type: "string", multiple: true },
  "retry-failed": flag,
  ...limits,
} as const;

const optionsOf = {
  "sweep run": { store: text, ...executors, ...common },
  "sweep status": common,
  "sweep resume": { ...executors, ...common },
  "sweep verify": { count: text, seed: text, workers: text, ...limits, ...common },
  "sweep cancel": common,
  "sweep export": { parquet: text, arrow: text, csv: text, ...common },
  "sweep compact": common,
  cell: { store: text, key: text, share: text, workers: text, ...limits, ...common },
  worker: { redis: text, store: text, workers: text, lock: text, "until-done": flag, ...common },
} as const satisfies Readonly<Record<SweepCommand, object>>;

/** True for arguments that begin with one of the commands. */
export function isSweepCommand([first = ""]: readonly string[]): boolean {
  return SWEEP_COMMANDS.some((command) => command.split(" ")[0] === first);
}

/** Reads the arguments. Throws SD001…SD003 for what is wrong, missing or unknown. */
export function readSweepArguments(args: readonly string[]): SweepArguments {
  const [first = "", second = ""] = args;
  const words = first === "sweep" ? 2 : 1;
  if (first === "sweep" && (second === "" || second === "--help" || second === "-h")) {
    if (second === "") throw missing("sweep command", sweepWords().join(", "));
    return { command: "sweep run", help: true, operand: undefined, options: {} };
  }
  const name = args.slice(0, words).join(" ");
  const command = SWEEP_COMMANDS.find((known) => known === name);
  if (command === undefined) throw unknownName("sweep command", second, sweepWords());
  const { values, positionals } = readOptions(args.slice(words), optionsOf[command]);
  const [operand, tooMany] = positionals;
  if (tooMany !== undefined) throw invalid("argument", tooMany, "fewer arguments");
  return { command, help: values.help === true, operand, options: values };
}

function sweepWords(): string[] {
  return SWEEP_COMMANDS.flatMap((command) => {
    const [first, second] = command.split(" ");
    return first === "sweep" ? [second!] : [];
  });
}

/** The argument without a name. Throws SD003. */
export function operandOf({ operand, command }: SweepArguments, what: string): string {
  if (operand === undefined) throw missing(`argument of ${command}`, what);
  return operand;
}

/** A text option, undefined where it is not given. */
export function textOption({ options }: SweepArguments, name: string): string | undefined {
  return options[name] as string | undefined;
}

/** A text option that must be there. Throws SD003. */
export function requiredOption(args: SweepArguments, name: string, what: string): string {
  const value = textOption(args, name);
  if (value === undefined) throw missing(`--${name}`, what);
  return value;
}

/** A whole number, undefined where the option is not given. Throws SD001. */
export function numberOption(args: SweepArguments, name: string): number | undefined {
  const value = textOption(args, name);
  if (value === undefined) return undefined;
  if (!/^\d{1,15}$/.test(value)) throw invalid(`--${name}`, value, "a whole number");
  return Number(value);
}

/** Whether a flag is given. */
export function flagOption({ options }: SweepArguments, name: string): boolean {
  return options[name] === true;
}
