/** Options of one command: what `parseArgs` of Node reads, with our words for what is wrong. */
import { type ParseArgsConfig, parseArgs } from "node:util";
import { invalid, unknownName } from "../../lib/base/messages.ts";

/** The options a command knows, as `parseArgs` has them. */
export type KnownOptions = NonNullable<ParseArgsConfig["options"]>;

/** Options by name, and the arguments without a name. */
export interface ReadOptions {
  readonly values: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
  readonly positionals: readonly string[];
}

/** Reads the arguments. Throws SD002 for an unknown option, SD001 for one that is used wrongly. */
export function readOptions(args: readonly string[], options: KnownOptions): ReadOptions {
  try {
    const read = parseArgs({ args: [...args], options, allowPositionals: true });
    return read as unknown as ReadOptions;
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    const option = /'(-[^\s']+)/.exec(message)?.[1] ?? "";
    if (code === "ERR_PARSE_ARGS_UNKNOWN_OPTION") {
      const known = Object.keys(options).map((name) => `--${name}`);
      throw unknownName("option", option, known);
    }
    throw invalid("option", option, message.split(".")[0] ?? message);
  }
}

/** The options that every command has. */
export const commonOptions: {
  readonly help: { readonly type: "boolean"; readonly short: "h" };
  readonly version: { readonly type: "boolean" };
  readonly json: { readonly type: "boolean" };
} = {
  help: { type: "boolean", short: "h" },
  version: { type: "boolean" },
  json: { type: "boolean" },
};
