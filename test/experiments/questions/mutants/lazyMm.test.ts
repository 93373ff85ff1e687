import { testMutants } from "../mutantTable.ts";
import { LAZY_MM } from "./lazyMm.ts";

testMutants(LAZY_MM);
