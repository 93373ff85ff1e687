/** Installs the dependencies when they are missing or older than package-lock.json. */
import { setup } from "./tasks.mjs";
import { argumentsOf } from "./usage.mjs";

argumentsOf(
  "usage: node scripts/setup.mjs\n\nInstalls the dependencies when they are missing or older than package-lock.json.",
);
process.exitCode = setup();
