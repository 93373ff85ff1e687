import { UNMAP } from "../../../lib/experiments/mutantTable/unmap.ts";
import { testMutants } from "./testMutants.ts";

testMutants(UNMAP);
