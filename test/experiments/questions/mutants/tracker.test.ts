import { testMutants } from "../mutantTable.ts";
import { TRACKER } from "./tracker.ts";

testMutants(TRACKER);
