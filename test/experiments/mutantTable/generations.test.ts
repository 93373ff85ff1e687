import { GENERATIONS } from "../../../lib/experiments/mutantTable/generations.ts";
import { testMutants } from "./testMutants.ts";

testMutants(GENERATIONS);
