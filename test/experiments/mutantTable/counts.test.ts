import { COUNTS } from "../../../lib/experiments/mutantTable/counts.ts";
import { testMutants } from "./testMutants.ts";

testMutants(COUNTS);
