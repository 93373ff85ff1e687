import { broadcastSync, syncMask } from "../../mm/sync.ts";
import {
  CONTEXT_KERNEL,
  CONTEXT_USER,
  CONTEXT_USER_OWES,
  contextState,
} from "../../mm/walkerVariables.ts";
import type { Builder } from "../../steps/builder.ts";
import { of, own, program } from "../../steps/builder.ts";
import type { Policy } from "../policy.ts";
import { tableSyncPolicy } from "./tableSync.ts";

/**
 * "[RFC PATCH v5] context_tracking,x86: Defer some IPIs until a user->kernel transition" (Valentin
 * Schneider, 29 Apr 2025): who is in user mode is not interrupted. A flush of kernel mappings is
 * left in the word that the entry into the kernel exchanges, and done there; a sync has nothing to
 * leave, since that exchange is a full barrier before the first walk. Code that runs before the
 * exchange must not depend on either.
 */
export function deferToEntry(): Policy {
  return tableSyncPolicy({
    name: "deferToEntry",
    options: {},
    hooks: { kernelEntry, kernelExit, sync, syncShared, kernelFlush },
    summary:
      "CPUs in user mode are not interrupted: they do what they owe as they enter the kernel",
    source: "[RFC PATCH v5] Defer some IPIs until a user->kernel transition, 29 Apr 2025",
  });
}

const source = "kernel/context_tracking.c ct_set_cpu_work(), ct_kernel_enter_state() of the series";

const kernelEntry = program("ct_kernel_enter", { params: [], source }, (k) => {
  k.exchange(own(contextState), CONTEXT_KERNEL, "was");
  k.if("was", "==", CONTEXT_USER_OWES, () => k.flushLocal(-1));
});

const kernelExit = program("ct_kernel_exit", { params: [], source }, (k) => {
  k.exchange(own(contextState), CONTEXT_USER);
});

const sync = program("tlb_remove_table_sync_one", { params: ["mm"], source }, (k) => {
  k.smpMb();
  k.emptyMask("in_kernel");
  k.forEachCpu("cpu", "online", () => {
    k.load("state", of(contextState, "cpu"));
    k.if("state", "==", CONTEXT_KERNEL, () => k.addCpu("in_kernel", "cpu"));
  });
  syncMask(k, "in_kernel");
});

const syncShared = program("tlb_remove_table_sync_one", { params: ["mm"], source }, (k) => {
  broadcastSync(k);
});

const flushHere = program("do_flush_tlb_all", { source }, (k) => k.flushLocal(-1));

const kernelFlush = program("flush_tlb_kernel_range", { params: [], source }, (k) => {
  k.emptyMask("in_kernel");
  k.forEachCpu("cpu", "online", () => k.if("cpu", "!=", "self", () => leaveWork(k)));
  k.crossCall("in_kernel", flushHere);
  k.flushLocal(-1);
  k.awaitCalls();
});

/** `ct_set_cpu_work()`: the CPU `cpu` owes a flush from now on, or is in the kernel. */
function leaveWork(k: Builder): void {
  k.section("ct_set_cpu_work", () => {
    k.load("state", of(contextState, "cpu"));
    k.forever(() => {
      k.if("state", "==", CONTEXT_KERNEL, () => {
        k.addCpu("in_kernel", "cpu");
        k.leave("ct_set_cpu_work");
      });
      const change = { from: "state", to: CONTEXT_USER_OWES };
      k.compareExchange(of(contextState, "cpu"), change, "found");
      k.if("found", "==", "state", () => k.leave("ct_set_cpu_work"));
      k.set("state", "found");
    });
  });
}
