#!/usr/bin/env node
/** The `shootdown` command. */
import { main } from "./cli/main.ts";

main(process.argv.slice(2)).then((exitCode) => {
  process.exitCode = exitCode;
});
