import { DEFERRAL } from "../../../lib/experiments/mutantTable/deferral.ts";
import { testMutants } from "./testMutants.ts";

testMutants(DEFERRAL);
