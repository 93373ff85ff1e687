/** What a script takes on its command line, and what it says about it. */
import { parseArgs } from "node:util";

/**
 * Options and other arguments as `parseArgs` of Node gives them. `--help` prints the text; what the
 * script does not know ends it with status 2, the reason and the text.
 */
export function argumentsOf(text, { options = {}, ...config } = {}) {
  const all = { ...options, help: { type: "boolean", short: "h" } };
  let found;
  try {
    found = parseArgs({ ...config, options: all });
  } catch (error) {
    refuse(error.message, text);
  }
  if (found.values.help) {
    console.log(text);
    process.exit(0);
  }
  return found;
}

/** Ends a script that cannot do what its arguments ask for. */
export function refuse(reason, text) {
  console.error(`${reason}\n\n${text}`);
  process.exit(2);
}
