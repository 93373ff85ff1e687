/** H.1, H.3 and H.4: flushes of x86 beside CPUs that are lazy, switch, or have just come. */
import { hyperv } from "../../backends/backend.ts";
import { x86 } from "../../machine/arch.ts";
import { machines } from "../../machine/presets.ts";
import type { Linux } from "../../policies/linux.ts";
import { broadcast } from "../../policies/tableSync/broadcast.ts";
import { skipIfFlushSentIpis } from "../../policies/tableSync/skipIfFlushSentIpis.ts";
import { targeted } from "../../policies/tableSync/targeted.ts";
import type { InvlpgbMigrationOptions } from "../scenarios/invlpgbMigration.ts";
import { invlpgbMigration } from "../scenarios/invlpgbMigration.ts";
import type { TlbGenerationsVsSwitchOptions } from "../scenarios/tlbGenerations.ts";
import { tlbGenerationsVsSwitch } from "../scenarios/tlbGenerations.ts";
import { unshareVsLazyCpu } from "../scenarios/unshareVsLazyCpu.ts";
import type { Asked, MutantRow } from "./row.ts";
import { broadcasting, linuxWith, turin } from "./settings.ts";

/** Tried of B6 and of H3 without PCID: the root table is loaded before what was read before it. */
const noWeak =
  "x86's switch of address spaces relies on the order of x86, and fails even when it is repaired";

type Changes = TlbGenerationsVsSwitchOptions;

const withPcid = machines.qemu.with({ arch: x86({ pcid: true }) });
const withRar = machines.qemu.with({ arch: x86({ rar: true }) });

function switches(options: Changes = {}, more: Partial<Asked> = {}): Asked {
  const asked = tlbGenerationsVsSwitch(options);
  return { scenario: asked, linux: broadcasting, machine: withPcid, ...more };
}

function frees(options: Changes = {}, more: Partial<Asked> = {}): Asked {
  return switches({ operation: "munmap", ...options }, more);
}

const noPcid = { machine: machines.qemu };
const elsewhere = { users: "elsewhere" } as const;
const rar = { machine: withRar };

/** An unshare, of which the flush is told or not as the policy has it. */
function unshares(kernel: Linux, more: Partial<Asked> = {}): Asked {
  return { scenario: unshareVsLazyCpu(), linux: kernel, cpus: 3, ...more };
}

function moves(options: InvlpgbMigrationOptions = {}): Asked {
  return {
    scenario: invlpgbMigration(options),
    linux: broadcasting,
    ...turin,
    cpus: options.transition === true ? 2 : 3,
  };
}

/** Rows B6, E12, H3 to H5 and J1; and what else these paths rest on. */
export const GENERATIONS: readonly MutantRow[] = [
  {
    id: "B6",
    what: "mainline's flush is not told about unshared tables",
    question: unshares(broadcasting),
    expected: "FF-",
    property: "P-HW",
    fixed: {
      "told, step 1": unshares(linuxWith(skipIfFlushSentIpis())),
      "told, tracker": unshares(linuxWith(targeted())),
      INVLPGB: unshares(broadcasting, turin),
    },
    noWeak,
    note:
      "under weak the mutant is violated, too, and so is what is told and sends interrupts:" +
      " x86's switch loads the root table before what it has read before is sure, which no" +
      " x86 does (433,510 states;" +
      " `sd1m:0.0.2.2.4.2.2.2.2.2.3.3.3.2.2.2.2.3.3.a.0.0.0.0.0.0.0.1.0.0.0.0.0.f.0.0.0.1`," +
      " window 8). By INVLPGB it holds.",
  },
  {
    id: "B6 Hyper-V",
    what: "the hypercall leaves out lazy processors",
    question: unshares(broadcasting, { backend: hyperv(), preemptions: 0 }),
    expected: "FFF",
    property: "P-HW",
    fixed: {
      told: unshares(linuxWith(targeted()), {
        backend: hyperv(),
        preemptions: 0,
      }),
    },
  },
  {
    id: "E12",
    what: "TLBSYNC on the CPU that the task has moved to",
    question: moves({ tlbsync: "next" }),
    expected: "FFF",
    property: "P-STALE",
    fixed: { "no migration in between": moves() },
  },
  {
    id: "E12 transition",
    what: "INVLPGB alone while CPUs still run under ASIDs of their own",
    question: moves({ transition: true, users: "stay", interrupts: "none" }),
    expected: "FFF",
    property: "P-STALE",
    fixed: { "interrupts as well": moves({ transition: true, users: "stay" }) },
  },
  {
    id: "H3",
    what: "the generation is incremented after the interrupts",
    question: switches({ generation: "last" }),
    expected: "FFF",
    property: "P-STALE",
    fixed: { before: switches(), "before, users elsewhere": switches(elsewhere) },
  },
  {
    id: "H3 without PCID",
    what: "the same where every switch flushes",
    question: switches({ generation: "last" }, noPcid),
    expected: "FF-",
    property: "P-STALE",
    fixed: { before: switches({}, noPcid) },
    noWeak,
  },
  {
    id: "H3 fence",
    what: "a switch reads the generation before others see that it switches",
    question: switches({ switchFence: "none" }),
    expected: "PF-",
    property: "P-STALE",
    fixed: { smp_mb: switches() },
    noWeak,
  },
  {
    id: "H3 switching",
    what: "CPUs between two address spaces are spared (CVE-2025-37964)",
    question: switches({ switching: "spared" }),
    expected: "FF-",
    property: "P-STALE",
    fixed: { fea4e317f9e7: switches() },
    noWeak,
  },
  {
    id: "H3 switch-in",
    what: "PCID: a switch does not compare generations",
    question: switches({ switchIn: "unchecked" }),
    expected: "FF-",
    property: "P-STALE",
    fixed: { compared: switches() },
    noWeak,
  },
  {
    id: "H4",
    what: "a table goes although lazy CPUs were spared",
    question: frees({ lazies: "spared" }),
    expected: "FF-",
    property: "P-HW",
    fixed: {
      told: frees(),
      "told, not by RCU": frees({ freed: "at-once" }),
      "told, users elsewhere": frees(elsewhere),
    },
    noWeak,
  },
  {
    id: "H5",
    what: "the target acknowledges first, the table goes at once",
    question: frees({ acknowledge: "early", freed: "at-once" }),
    expected: "FF-",
    property: "P-HW",
    fixed: { "late acknowledgement": frees({ freed: "at-once" }) },
    noWeak,
  },
  {
    id: "H5 by RCU",
    what: "the target acknowledges first, the table goes by RCU",
    question: frees({ acknowledge: "early" }),
    expected: "PP-",
    fixed: {},
    noWeak,
    note:
      "since 6.14 the grace period waits for the handler, which runs with interrupts off: the " +
      "early acknowledgement harms only where tables go at once",
  },
  {
    id: "H5 mprotect",
    what: "the target acknowledges first, no table goes",
    question: switches({ acknowledge: "early" }),
    expected: "PP-",
    fixed: {},
    noWeak,
  },
  {
    id: "H4 until 6.12",
    what: "the mask bit goes before the root table is another one, tables go at once",
    question: frees({}, { linux: linuxWith(broadcast(), "6.12") }),
    expected: "FF-",
    property: "P-HW",
    fixed: { "6.18": frees({}, { linux: linuxWith(broadcast(), "6.18") }) },
    noWeak,
    note:
      "named in no review: switch_mm_irqs_off() leaves mm_cpumask, the flush spares the CPU, " +
      "the table is freed, and only then is CR3 written. The window is that of bare metal until " +
      "6.13, where nothing but the flush waits; RCU waits for the switch, whose interrupts are off",
  },
  {
    id: "J1",
    what: "RAR: a CPU that comes from outside the mask does not flush",
    question: switches({ ...elsewhere, switchIn: "unchecked" }, rar),
    expected: "FFF",
    property: "P-STALE",
    fixed: {
      flush: switches(elsewhere, rar),
      "in the mask all the time": switches({ switchIn: "unchecked" }, rar),
    },
  },
];
