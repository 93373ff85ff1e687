import { UNSHARE } from "../../../lib/experiments/mutantTable/unshare.ts";
import { testMutants } from "./testMutants.ts";

testMutants(UNSHARE);
