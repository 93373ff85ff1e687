import { testMutants } from "../mutantTable.ts";
import { COUNTS } from "./counts.ts";

testMutants(COUNTS);
