/** The mutant table under the weak model. */
import { FAMILIES } from "../../../lib/experiments/mutantTable/families.ts";
import { testMutantsUnderWeak } from "./testMutants.ts";

testMutantsUnderWeak(Object.values(FAMILIES).flat());
