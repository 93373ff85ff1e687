import { testMutants } from "../mutantTable.ts";
import { UNSHARE } from "./unshare.ts";

testMutants(UNSHARE);
