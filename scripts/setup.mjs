/** Installs the dependencies when they are missing or older than package-lock.json. */
import { setup } from "./tasks.mjs";

process.exitCode = setup();
