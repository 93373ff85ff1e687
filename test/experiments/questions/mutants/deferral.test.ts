import { testMutants } from "../mutantTable.ts";
import { DEFERRAL } from "./deferral.ts";

testMutants(DEFERRAL);
