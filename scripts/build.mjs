/** Compiles the sources when they are newer than dist/. */
import { build, setup } from "./tasks.mjs";
import { argumentsOf } from "./usage.mjs";

argumentsOf(
  "usage: node scripts/build.mjs\n\nCompiles the sources when they are newer than dist/.",
);
process.exitCode = setup() || build();
