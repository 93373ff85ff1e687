import { parsers } from "./fuzzing.ts";
import { declareLongFuzz } from "./longFuzz.ts";

declareLongFuzz(parsers.filter(({ name }) => name === "ftrace" || name === "perf script"));
