// ---
// jupyter:
//   jupytext:
//     text_representation:
//       extension: .ts
//       format_name: percent
//       format_version: '1.3'
//   kernelspec:
//     display_name: Shootdown
//     language: typescript
//     name: shootdown
// ---

// %% [markdown]
// # Who interrupts my isolated CPU, and which policy would end it?
//
// A CPU is isolated (`isolcpus`, `nohz_full`, `rcu_nocbs`) and still gets interrupts. A trace says from whom: this
// notebook reads one, names sender, cause and task, shows when, and asks the model what would be left.
//
// The trace here is of an emulated machine of 8 CPUs with Linux 6.12, CPUs 4 to 7 isolated (`shootdown lab run` with
// `--append isolcpus=domain,managed_irq,4-7`): a process collapses, unmaps and protects memory beside one thread, then
// leaves shared hugetlb tables. For a trace of your own, on the machine in question and as root:
//
//     cd /sys/kernel/tracing
//     echo 1 > events/ipi/enable; echo 1 > events/tlb/enable; echo 1 > events/csd/enable
//     echo 1 > events/irq_vectors/call_function_entry/enable
//     echo 1 > events/irq_vectors/call_function_single_entry/enable
//     echo > trace; read -p "Enter ends it"; cat trace > isolated.trace.txt
//
// and give its path as `file`. Sendings are traced from Linux 6.4 on.

// %%
import * as sd from "shootdown";

// %% tags=["parameters"]
const file: string = "data/isolated.trace.txt";
const isolated: string = "4-7";
const release: string = "6.12";
const seed: number = 1;

// %% [markdown]
// ## 1. Can the trace be trusted?
//
// Lost events, a reader that traced itself, times without a unit: an empty table is what one hopes for.

// %%
const trace = await sd.trace.read(file);
const sent = trace.sendTotals();
console.log(`${trace.cpus.length} CPUs, ${(trace.spanNs / 1e9).toFixed(2)} s, ` +
  `${sent.sends} sendings to ${sent.ipis} CPUs`);
trace.notes()

// %% [markdown]
// ## 2. Who does it?
//
// Each row is a sender, its task, and what it sent for. `sync` is the broadcast that waits for lockless walkers
// (`tlb_remove_table_sync_one`): it goes to every CPU, whoever runs there. `flush` goes to the CPUs of one process.

// %%
const causes = trace.interrupters({ cpus: isolated });
causes.select("cpu", "purpose", "callsite", "sender", "task", "count")

// %%
type Cause = { cpu: number; purpose: string; sender: number; task: string; count: number };
const rows = causes.objects() as Cause[];
const byPurpose = sd.table([...new Set(rows.map(({ purpose }) => purpose))].map((purpose) => {
  const own = rows.filter((row) => row.purpose === purpose);
  const interrupts = own.reduce((sum, { count }) => sum + count, 0);
  return { purpose, interrupts, cpus: new Set(own.map(({ cpu }) => cpu)).size,
           tasks: [...new Set(own.map(({ task }) => task))].join(", ") };
}));
byPurpose

// %% [markdown]
// ## 3. When?
//
// Above, what the tasks did; below, a mark for each handler that ran on an isolated CPU. A mark under an operation with
// a sync is its doing; flushes alone leave no mark, unless a thread of the process was there.

// %%
const wanted = new Set(rows.map(({ cpu }) => cpu));
type Event = { ts_ns: number; cpu: number; event: string };
const handlers = (trace.events().objects() as Event[])
  .filter(({ cpu, event }) => wanted.has(cpu) && /^call_function(_single)?_entry$/.test(event))
  .map(({ ts_ns, cpu }) => ({ ms: ts_ns / 1e6, lane: `CPU ${cpu}`, what: "interrupted" }));
type Operation = { ts_ns: number; operation: string; flushed: number; synced: number };
const done = (trace.operations().objects() as Operation[])
  .filter(({ flushed, synced }) => flushed + synced > 0)
  .map(({ ts_ns, operation }) => ({ ms: ts_ns / 1e6, lane: operation, what: "sent by a task" }));
const lanes = [...new Set([...done, ...handlers].map(({ lane }) => lane))];
const most = 4_000;
sd.chart.vegaLite({
  title: { text: "What was done, and which isolated CPU was interrupted", anchor: "start",
           subtitle: ["Each mark is an operation, or a handler that ran", `Source: ${file}`] },
  data: { values: [...done, ...handlers].slice(0, most) },
  mark: { type: "tick", thickness: 2 },
  width: 640, height: 24 * lanes.length,
  encoding: {
    x: { field: "ms", type: "quantitative", title: "time, ms", scale: { zero: false } },
    y: { field: "lane", type: "nominal", title: null, sort: lanes },
    color: { field: "what", type: "nominal", title: null },
  },
})

// %% [markdown]
// ## 4. What was it that the tasks did?
//
// Operations as far as the trace tells them apart; every interrupt is in one row. Where two operations send the same,
// the column `basis` says `same interrupts`: which of them it was makes no difference here.

// %%
const found = sd.workloadFrom(trace, { rates: false });
for (const note of found.notes) console.log(note);
found.table.select("part", "operation", "task", "calls", "pages", "threads", "siblings", "ipis", "basis")

// %% [markdown]
// ## 5. What would be left under another policy?
//
// The same work on a machine with these CPUs isolated, under each policy for the sync. `on_isolated` counts interrupts
// of one isolated CPU; `in_all` those of all CPUs.

// %%
const first = Math.min(...wanted);
const cpus = Math.max(trace.cpus.length, found.cpus + wanted.size, first + wanted.size);
const machine = sd.machines.qemu.withCpus(cpus).with({ isolated });
const mainline = sd.linux({ release });
const policies: Record<string, sd.Linux> = {
  "broadcast (mainline)": mainline,
  skip: mainline.with({ tableSync: sd.tableSync.skipIfFlushSentIpis() }),
  targeted: mainline.with({ tableSync: sd.tableSync.targeted() }),
  RCU: mainline.with({ tableSync: sd.tableSync.rcu() }),
};
const left = sd.table(found.workload === undefined ? [] : Object.entries(policies).map(([policy, linux]) => {
  const run = sd.simulate({ machine, linux, backend: sd.backend.native(), workload: found.workload!, seed });
  const counted = run.interrupts().objects() as { cpu: number; irq: string; count: number }[];
  const on = counted.find(({ cpu, irq }) => cpu === first && irq === "CAL");
  return { policy, on_isolated: on?.count ?? 0, in_all: run.total("CAL") };
}));
left

// %% [markdown]
// ## What this shows, and what it does not
//
// * **Who and why** rests on the trace alone: the sender, its call site, its task. Counts are exact unless section 1
//   says otherwise. What would be left rests on the model, whose counts notebook `validation` compares.
// * **`on_isolated` under broadcast** should be the `sync` interrupts of section 2, CPU by CPU: that checks the model
//   on this trace. A broadcast leaves out a CPU that has a call waiting already, so that a trace may have fewer.
// * **`in_all`** is of a machine on which the parts do not share CPUs; it compares policies, not machines.
// * **Wake-ups and other calls** are no page-table work: no policy ends them; affinity of their senders does.
// * **Whether a policy is safe** is another question: notebook `safety`. What an interruption costs: `07-isolated-cpu`.

// %% tags=["finding"]
const syncs = byPurpose.objects() as { purpose: string; interrupts: number }[];
const all = syncs.reduce((sum, { interrupts }) => sum + interrupts, 0);
const ofSync = syncs.find(({ purpose }) => purpose === "sync")?.interrupts ?? 0;
const remain = left.objects() as { policy: string; on_isolated: number }[];
const none = remain.filter(({ on_isolated }) => on_isolated === 0).map(({ policy }) => policy);
console.log(`${ofSync} of ${all} interrupts of the isolated CPUs ${isolated} are sync broadcasts of somebody else's ` +
  `page tables, ${remain[0]?.on_isolated ?? 0} a CPU for the work found; none is left under ${none.join(", ") || "no policy"}.`);

// %%
left
