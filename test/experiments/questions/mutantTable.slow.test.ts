/** The mutant table under the weak model. */
import { FAMILIES } from "./mutantFamilies.ts";
import { testMutantsUnderWeak } from "./mutantTable.ts";

testMutantsUnderWeak(Object.values(FAMILIES).flat());
