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
// # Unsharing hugetlb page tables: who must wait for whom, and how often?
//
// Processes that map the same hugetlb file share its page tables, one per GiB. When a process gives back its share,
// a walker of *that* process may still be inside a table that belongs to others from now on. Since the fix of
// 2025 (1013af4f585f) every unshared table was followed by a broadcast; since 8ce720d5bd91 there is one
// broadcast for the whole operation, and only where the last but one sharer leaves. On a machine of 196 CPUs a
// fork-heavy load had become four times slower in between.

// %%
import * as sd from "shootdown";

// %% tags=["parameters"]
const gibibytes: number = 16;
const seed: number = 1;

// %%
const backend = sd.backend.native();
const host = sd.machines.aws196;
const releases: Record<string, sd.Linux> = {
  "per table (6.16)": sd.linux({ release: "6.16" }),
  "per operation (7.2)": sd.linux({ release: "7.2" }),
};
console.log(String(host));

// %% [markdown]
// ## 1. One process leaves, the other stays

// %%
const operations = ["munmap", "exit", "mprotect", "split"] as const;
const unshare = (linux: sd.Linux, options: object = {}, machine: sd.Machine = host) =>
  sd.simulate({ machine, linux, backend, seed,
    workload: sd.workload.unshare({ bytes: sd.GiB(gibibytes), ...options }) });
const columnsOf = (run: sd.Run) => ({ sync_rounds: Number(run.summary().get("sync_rounds", 0)),
  cal: run.total("CAL"), us: Number(run.summary().get("duration_ns", 0)) / 1e3 });
const byOperation = sd.table(operations.flatMap((operation) =>
  Object.entries(releases).map(([sync, linux]) => ({
    operation, sync, ...columnsOf(unshare(linux, { operation })) }))));
byOperation

// %% [markdown]
// `split` cuts the mapping GiB by GiB, so that each cut is an operation of its own: nothing is left to batch.

// %% [markdown]
// ## 2. Which sharer pays
//
// As long as two others remain, nobody has to be waited for by the one that leaves: the table stays shared, and
// whoever is last but one waits for all earlier leavers at once.

// %%
const bySharers = sd.table([2, 3, 4, 8].flatMap((sharers) =>
  Object.entries(releases).map(([sync, linux]) => ({
    sharers, sync, ...columnsOf(unshare(linux, { sharers })) }))));
bySharers

// %% [markdown]
// ## 3. From 8 to 1,024 CPUs

// %%
const sized = sd.table([8, 32, 128, 196, 512, 1024].flatMap((cpus) =>
  Object.entries(releases).map(([sync, linux]) => ({
    cpus, sync, ...columnsOf(unshare(linux, {}, host.withCpus(cpus))) }))));
sd.chart.lines(sized, { x: "cpus", y: "cal", color: "sync",
  title: `CAL interrupts of unsharing ${gibibytes} GiB`,
  subtitle: "munmap, two sharers: one broadcast a table, or one in all",
  source: "model; validated on measured runs of unshare, docs/validation.md" })

// %%
sd.chart.lines(sized.derive({ duration_ns: (row: any) => row.us * 1e3 }).select("cpus", "sync", "duration_ns"), {
  x: "cpus", y: "duration_ns", color: "sync",
  title: `Time of one munmap of ${gibibytes} GiB`, subtitle: "two sharers",
  source: "model; interrupts on large machines are cited or assumed, docs/costs.md" })

// %% [markdown]
// ## 4. May it be left out?
//
// Two and three processes, the leaving ones with a walker each; the question is whether a walker of a process that has left can still return a page
// through entries that others have written meanwhile (P-ALIAS).

// %%
const sync = { broadcast: sd.tableSync.broadcast(), skip: sd.tableSync.skipIfFlushSentIpis(),
  "targeted, last sharer (v4)": sd.tableSync.targeted({ unshare: "last-sharer" }),
  "targeted, any tracker": sd.tableSync.targeted() };
const asked: Record<string, string | number>[] = [];
for (const sharers of [2, 3] as const) {
  for (const [policy, tableSync] of Object.entries(sync)) {
    const question = sd.question({ scenario: sd.scenario.unshare({ sharers }),
      linux: sd.linux({ release: "7.2", tableSync }), cpus: sharers + 1, memoryModel: "sc",
      machine: sd.machines.altra128 });
    const { outcome, property, states } = await sd.check(question);
    asked.push({ policy, processes: `${sharers} processes`, verdict: outcome,
      property: property ?? "", states });
  }
}
sd.chart.verdicts(sd.table(asked), { row: "policy", column: "processes",
  title: "Unshare against walkers of the leaving process", subtitle: "arm64: the flush interrupts nobody",
  source: "explorer: every interleaving, sequentially consistent" })

// %% [markdown]
// The tracker as posted asks only for walkers of the last sharer's address space. With three processes an earlier
// leaver's walker can still be in the table when the last but one goes, and nobody waits for it. On x86 the
// flush interrupts that walker's CPU; on arm64 nothing does.

// %% [markdown]
// ## 5. What the conclusion rests on

// %%
const at = (end: sd.CostEnd) => host.withCostsAt(end, { evidence: ["assumed"] });
const sensitivity = sd.table([["low end", at("low")], ["as used", host], ["high end", at("high")]]
  .flatMap(([assumed_costs, machine]) => Object.entries(releases).map(([sync, linux]) => ({
    assumed_costs, sync, ...columnsOf(unshare(linux, {}, machine as sd.Machine)) }))));
sensitivity

// %% [markdown]
// ## What this shows, and what it does not
//
// * The **counts** are validated: runs of unshare on real kernels with 2 to 128 CPUs, exactly (docs/validation.md).
// * The **time** of a broadcast on 196 CPUs is costed, and most of that cost is interrupts that wait for halted CPUs.
// * The published slowdown was of a whole load; here is one operation. Its factor is the number of tables.
// * **Verdicts** are within their bounds: so many processes, one table, sequential consistency.

// %% tags=["finding"]
const perTable = sensitivity.objects() as any[];
const slower = [0, 2, 4].map((index) => perTable[index].us / perTable[index + 1].us);
const broken = asked.filter(({ verdict }) => verdict === "violated").map(({ policy, processes }) => `${policy}, ${processes}`);
const sentBy = (sync: string) => (byOperation.objects() as any[]).find((row) => row.sync === sync).cal;
console.log(`Unsharing ${gibibytes} GiB on ${host.cpus} CPUs interrupts ${sentBy("per table (6.16)").toLocaleString("en")} times with a ` +
  `sync a table and ${sentBy("per operation (7.2)").toLocaleString("en")} times with one an operation, which takes ` +
  `${Math.min(...slower).toFixed(0)} to ${Math.max(...slower).toFixed(0)} times less over the assumed costs; ` +
  `violated: ${broken.join("; ") || "nothing"}.`);

// %%
console.log(`munmap of ${gibibytes} GiB of shared hugetlb memory, 2 sharers, ${host.cpus} CPUs`);
byOperation.select("operation", "sync", "sync_rounds", "cal")
