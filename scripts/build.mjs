/** Compiles the sources when they are newer than dist/. */
import { build, setup } from "./tasks.mjs";

process.exitCode = setup() || build();
