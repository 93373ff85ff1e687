import { defineConfig } from "vitest/config";

/** The slow tier: long random runs and large questions. `npm run test:slow [-- PATH]`. */
export default defineConfig({
  test: {
    include: ["test/**/*.slow.test.ts"],
    testTimeout: 1_800_000,
    hookTimeout: 300_000,
    pool: "forks",
    maxWorkers: 2,
  },
});
