import { withBaseline } from "../../lib/tables/compare.ts";
import { type ColumnTable, tableFrom } from "../../lib/tables/frame.ts";

const policies = [
  { linux: "mainline", share: 1, slower: 0 },
  { linux: "skip", share: 0.05, slower: 0.25 },
  { linux: "targeted", share: 0.001, slower: 2 },
];

/** A sweep over machine sizes as the library returns it: 20 GiB collapsed, 10,240 tables. */
export const sweep: ColumnTable = withBaseline(
  tableFrom(
    [4, 64, 4096].flatMap((cpus) =>
      policies.map(({ linux, share, slower }) => ({
        linux,
        machine: "turin",
        cpus,
        workload: "collapse",
        backend: "native",
        seed: 1,
        ipis: Math.round(10_240 * (cpus - 1) * share),
        gup_fast_ns_mean: 300 + 3 * slower,
        duration_ns: 5e9,
        costs_assumed: 7,
      })),
    ),
  ),
  { baseline: "mainline" },
);
