import { testMutants } from "../mutantTable.ts";
import { UNMAP } from "./unmap.ts";

testMutants(UNMAP);
