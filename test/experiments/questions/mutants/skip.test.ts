import { testMutants } from "../mutantTable.ts";
import { SKIP } from "./skip.ts";

testMutants(SKIP);
