import { broadcastSync } from "../../mm/sync.ts";
import { program } from "../../steps/builder.ts";
import type { Policy } from "../policy.ts";
import { tableSyncPolicy } from "./tableSync.ts";

/**
 * `register_lockless_page_table_walker()` (John Hubbard, Sep 2019), with its count
 * compiled out as by default: core mm turns interrupts off and puts a full barrier at either end of
 * every walk; the sync stays the broadcast. The barriers pair with nothing here: what protects the
 * walk is that it holds off the interrupt. (He put the first one before interrupts go off; where it
 * stands changes neither the cost nor the verdict.)
 */
export function registeredWalkers(): Policy {
  return tableSyncPolicy({
    name: "registeredWalkers",
    options: {},
    hooks: { walkerEnter, walkerExit, sync },
    summary: "broadcast; walkers also pay a full barrier at either end",
    source: "John Hubbard, reply to [PATCH v4 01/11] powerpc/mm: Adds counting method, 2019",
  });
}

const source = "mm/gup.c register_lockless_page_table_walker() of the reply";

const walkerEnter = program(
  "register_lockless_page_table_walker",
  { params: ["mm"], source },
  (k) => k.smpMb(),
);

const walkerExit = program(
  "deregister_lockless_page_table_walker",
  { params: ["mm"], source },
  (k) => k.smpMb(),
);

const sync = program(
  "tlb_remove_table_sync_one",
  { params: ["mm"], source: "mm/mmu_gather.c tlb_remove_table_sync_one()" },
  (k) => broadcastSync(k),
);
