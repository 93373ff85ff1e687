import { LAZY_MM } from "../../../lib/experiments/mutantTable/lazyMm.ts";
import { testMutants } from "./testMutants.ts";

testMutants(LAZY_MM);
