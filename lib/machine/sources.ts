/** The publications behind the cost tables. A source text names its publication as `[key]`. */

/** Bibliography: key to author, title, date. */
export const sources: Readonly<Record<string, string>> = {
  "AEX-Notify":
    "AEX-Notify, USENIX Security 2023, appendix A: IPI timing with SGX-Step (jovanbulck/sgx-step)",
  "Amit-RFC": "Nadav Amit, x86: concurrent TLB flushes, RFC May 2019",
  "Andrea-2020": "Andrea Arcangeli, arm64: tlb: skip tlbi broadcast, February and March 2020",
  "arm64-batch-v11":
    "Barry Song, Yicong Yang, arm64: support batched/deferred tlb shootdown v11, 17 July 2023",
  AVIC: "Borislav Petkov, x86/barrier: Do not serialize MSR accesses on AMD, 22 June 2023",
  core2core: "nviennot/core-to-core-latency, results/*.csv",
  D13985: "FreeBSD review D13985, PCID with PTI, 2018",
  "DHansen-2014": "Dave Hansen, x86 TLB flush ceiling series, patch 6/6, 18 February 2014",
  "DHansen-2017": "Dave Hansen, INVPCID study, 5 December 2017",
  Gorman: "Mel Gorman, TLB flush multiple pages per IPI, 8 and 9 June 2015",
  Haufe: "David Haufe, Kernel 6.14.11 dl_server_timer causing IPIs, 30 July 2025",
  "Ingo-2015": "Ingo Molnar, TLB batching thread, June 2015",
  InstLatx64: "InstLatx64/InstLatx64, instruction latency result files",
  INVLPGB: "Rik van Riel, AMD broadcast TLB invalidation, December 2024 to January 2025",
  "Kumar-2020": "Aneesh Kumar K.V, Avoid IPI while updating page table entries, April and May 2020",
  lab: "Measured by this project: 2-CPU KVM guest, AMD EPYC Turin, Linux 6.18, other load near by",
  "Lance-2024": "Lance Yang, mm/khugepaged: reduce process visible downtime, March 2024",
  "Lance-2026":
    "Lance Yang, targeted TLB sync IPIs, v4 2 February 2026, and v7 replies, March 2026",
  LATR: "Kumar et al., LATR, ASPLOS 2018, as quoted by others",
  linux: "Linux source tree",
  Mackerras: "Paul Mackerras, KVM: PPC: msgsnd instead of H_PROD on POWER8",
  Norov: "Yury Norov, IPI performance benchmark v2, 19 December 2017",
  PanDeng: "Pan Deng, sched/rt: Split cpupri_vec->cpumask to per NUMA node, July 2025",
  "perf-tools": "brendangregg/perf-tools, examples/funcgraph_example.txt: Xen PV event channels",
  perfbook: "Paul E. McKenney, Is Parallel Programming Hard, paulmckrcu/perfbook",
  PeterXu: "Peter Xu, gup has_pinned patch",
  Piggin: "Nicholas Piggin, shoot lazies, v4 5 June 2021",
  PVIPI: "Wanpeng Li, KVM: X86: Implement PV IPIs, 2018",
  Ramachandran: "powerpc radix tlbie thread, 6 August 2021",
  "SEV-ES": "SEV-ES vmload cycle counts, LKML, December 2020",
  Shah: "Maulik Shah, cpuidle: Deny idle entry when CPU already have IPI pending, 16 March 2026",
  TIF_NOTIFY: "K Prateek Nayak, Gautham Shenoy, TIF_NOTIFY_IPI RFC 04/14, 20 February 2024",
  Uschakow: "Stanislav Uschakow, hugetlb fork regression, 29 August 2025",
};
