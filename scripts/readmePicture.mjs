/** Writes docs/images/tradeoff.png, the picture of the README. */
import { mkdirSync, writeFileSync } from "node:fs";
import { build, setup } from "./tasks.mjs";
import { argumentsOf } from "./usage.mjs";

async function picture() {
  const sd = await import("../dist/lib/index.js");
  const broadcast = sd.linux({ release: "7.2" });
  const policies = {
    skip: sd.tableSync.skipIfFlushSentIpis(),
    targeted: sd.tableSync.targeted(),
    "counter per mm": sd.tableSync.perMmCounter(),
    "counter per CPU": sd.tableSync.perCpuCounter(),
    RCU: sd.tableSync.rcu(),
  };
  const others = Object.entries(policies).map(([name, tableSync]) => [
    name,
    broadcast.with({ tableSync }),
  ]);
  const workload = sd.workload.together(
    sd.workload.collapse({ bytes: sd.MiB(64) }),
    sd.workload.gupFastHammer({ threads: 8, calls: 500, gapNs: sd.us(1) }),
  );
  const scene = { backend: sd.backend.native(), workload, seed: 1, baseline: "broadcast" };
  const table = [16, 64, 256]
    .map((cpus) =>
      sd.compare(
        { broadcast, ...Object.fromEntries(others) },
        { ...scene, machine: sd.machines.icelake64.withCpus(cpus) },
      ),
    )
    .reduce((all, one) => all.concat(one));
  const chart = sd.chart.tradeoff(
    table.filter((row) => row.linux !== "broadcast"),
    {
      ...{ x: "ipis_saved_pct", y: "gup_fast_overhead_pct", color: "linux", facet: "cpus" },
      title: "What a walker pays for the interrupts saved",
      subtitle: "64 MiB collapsed beside 8 GUP-fast threads, Linux 7.2 on bare-metal x86",
      source: "model, docs/costs.md",
    },
  );
  mkdirSync("docs/images", { recursive: true });
  writeFileSync("docs/images/tradeoff.png", await chart.toPng());
}

argumentsOf(
  "usage: node scripts/readmePicture.mjs\n\nWrites docs/images/tradeoff.png, the picture of the README.",
);
const status = setup() || build();
if (status === 0) await picture();
process.exitCode = status;
