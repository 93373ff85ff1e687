import { testMutants } from "../mutantTable.ts";
import { GENERATIONS } from "./generations.ts";

testMutants(GENERATIONS);
