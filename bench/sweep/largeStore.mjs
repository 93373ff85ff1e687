/** A store of 100,000 rows, none of which was simulated: how it is read is what is measured. */
import { rmSync } from "node:fs";
import { rowText } from "../../dist/lib/experiments/store/outcome.js";
import { provenance } from "../../dist/lib/experiments/store/provenance.js";
import { planSweep } from "../../dist/lib/experiments/sweep/sweep.js";
import { SweepStore } from "../../dist/lib/experiments/sweep/sweepStore.js";
import * as sd from "../../dist/lib/index.js";

/** Fills a folder. */
export function writeLargeStore(folder) {
  rmSync(folder, { recursive: true, force: true });
  const plan = largePlan();
  const store = SweepStore.create(folder, plan);
  store.rows.write(provenance("bench"), "end");
  plan.cells.forEach(({ key }, i) => {
    store.rows.append(rowText(key, rowOf(i)));
  });
  store.rows.close();
}

function largePlan() {
  const linux = sd.linux();
  const { targeted, skipIfFlushSentIpis, rcu, perMmCounter } = sd.tableSync;
  const others = { targeted, skip: skipIfFlushSentIpis, rcu, perMm: perMmCounter };
  const named = Object.entries(others).map(([name, tableSync]) => [
    name,
    linux.with({ tableSync: tableSync() }),
  ]);
  const axes = {
    cpus: [4, 64, 256, 1024],
    linux: { mainline: linux, ...Object.fromEntries(named) },
    seed: Array.from({ length: 5_000 }, (_, i) => i),
  };
  const machines = new Map(axes.cpus.map((cpus) => [cpus, sd.machine({ cpus })]));
  const backend = sd.backend.native();
  const workload = sd.workload.collapse({ bytes: sd.MiB(64) });
  const build = ({ cpus, linux, seed }) => ({
    machine: machines.get(cpus),
    linux,
    backend,
    workload,
    seed,
  });
  return planSweep(axes, build, { baseline: { linux: "mainline" } });
}

function rowOf(i) {
  return {
    duration_ns: 79_443_096 + 17 * i,
    operations: 128,
    cal: 414 + i,
    tlb: 384,
    sync_rounds: 128,
    grace_periods: 0,
    flush_rounds: 128,
    ipis: 414 + i,
    gup_calls: 87_964 + i,
    gup_fast_ns_mean: 707.2047201127734 + i / 7,
    gup_fast_ns_p99: 719,
    irq_off_delay_ns_max: 690,
    costs_assumed: 8,
    stolen_ns: 324_486 + i,
    result_digest: i.toString(16).padStart(16, "0"),
  };
}
