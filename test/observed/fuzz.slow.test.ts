import { parsers } from "./fuzzing.ts";
import { declareLongFuzz } from "./longFuzz.ts";

/** The others have a file of their own, so that two processes share the work. */
declareLongFuzz(parsers.filter(({ name }) => name !== "ftrace" && name !== "perf script"));
