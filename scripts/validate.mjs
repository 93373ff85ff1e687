/** Compares the model with measured runs; the arguments are those of the validation command. */
import { build, runNode, setup } from "./tasks.mjs";

const validate = () =>
  runNode("dist/lib/experiments/validateMain.js", process.argv.slice(2), process.cwd());

process.exitCode = setup() || build() || validate();
