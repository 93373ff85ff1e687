import { main } from "./validateCli.ts";

process.exitCode = main(process.argv.slice(2));
