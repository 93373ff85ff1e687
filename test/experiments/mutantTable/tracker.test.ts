import { TRACKER } from "../../../lib/experiments/mutantTable/tracker.ts";
import { testMutants } from "./testMutants.ts";

testMutants(TRACKER);
