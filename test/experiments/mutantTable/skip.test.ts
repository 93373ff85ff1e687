import { SKIP } from "../../../lib/experiments/mutantTable/skip.ts";
import { testMutants } from "./testMutants.ts";

testMutants(SKIP);
