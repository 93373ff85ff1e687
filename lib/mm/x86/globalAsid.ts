/**
 * Global ASIDs: address spaces that are active on several CPUs get one, after which INVLPGB flushes
 * them everywhere without an interrupt (arch/x86/mm/tlb.c, since 6.15, AMD).
 */
import type { Builder } from "../../steps/builder.ts";
import { of, own, program } from "../../steps/builder.ts";
import type { Program } from "../../steps/instructions.ts";
import type { Environment } from "../environment.ts";
import {
  asidTransition,
  globalAsid,
  isLazy,
  loadedGlobalAsid,
  loadedMm,
  mmCpumask,
} from "../variables.ts";

/** More CPUs than this must run the address space (`mm_active_cpus_exceeds(mm, 3)`). */
const ACTIVE_CPUS = 3;
/** The grant is considered in one of 32 jiffies, chosen by the pid. */
const GRANT_JIFFIES = 32;

/** `consider_global_asid()`, after a round that interrupted others. Parameter `mm`. */
export function considerGlobalAsid(): Program {
  const source = "arch/x86/mm/tlb.c consider_global_asid()";
  return program("consider_global_asid", { params: ["mm"], source }, (k) => {
    k.clock("now", "jiffies");
    k.compute("slot", "now", "%", GRANT_JIFFIES);
    k.compute("own_slot", "mm", "%", GRANT_JIFFIES);
    k.if("slot", "!=", "own_slot", () => k.leave("consider_global_asid"));
    k.set("active", 0);
    k.loadMask("users", of(mmCpumask, "mm"));
    k.forEachCpu("cpu", "users", () => {
      k.load("loaded", of(loadedMm, "cpu"));
      k.load("lazy", of(isLazy, "cpu"));
      k.if("loaded", "==", "mm", () => {
        k.if("lazy", "==", 0, () => k.compute("active", "active", "+", 1));
      });
    });
    k.if("active", "<=", ACTIVE_CPUS, () => k.leave("consider_global_asid"));
    k.store(of(globalAsid, "mm"), 1);
    k.store(of(asidTransition, "mm"), 1, "release");
  });
}

/** One INVLPGB for the whole ASID, or one for every `invlpgb_count_max` pages of the range. */
function invalidateRange(k: Builder, env: Environment): void {
  const countMax = env.cpu.kind === "x86" ? env.cpu.invlpgbCountMax : 1;
  k.if(
    "pages",
    "==",
    -1,
    () => k.flushBroadcast("INVLPGB", -1, "globalAsid"),
    () => {
      k.set("left", "pages");
      k.while("left", ">", 0, () => {
        k.compute("count", "left", "min", countMax);
        k.flushBroadcast("INVLPGB", "count", "globalAsid");
        k.compute("left", "left", "-", "count");
      });
    },
  );
}

/**
 * `broadcast_tlb_flush()`: parameters `mm`, `gen`, `pages`. TLBSYNC waits for the INVLPGBs of this
 * very CPU, so that the path must not migrate in between. With PTI, which no CPU that has INVLPGB
 * needs, each INVLPGB would come twice.
 */
export function flushGlobalAsid(env: Environment): Program {
  const params = ["mm", "gen", "pages"];
  const source = "arch/x86/mm/tlb.c broadcast_tlb_flush(), finish_asid_transition()";
  return program("broadcast_tlb_flush", { params, source }, (k) => {
    invalidateRange(k, env);
    k.load("moving", of(asidTransition, "mm"));
    k.if("moving", "==", 1, () => {
      k.set("behind", 0);
      k.loadMask("users", of(mmCpumask, "mm"));
      k.forEachCpu("cpu", "users", () => {
        k.load("loaded", of(loadedMm, "cpu"));
        k.load("asid", of(loadedGlobalAsid, "cpu"));
        k.if("loaded", "==", "mm", () => {
          k.if("asid", "==", 0, () => k.set("behind", 1));
        });
      });
      k.if(
        "behind",
        "==",
        1,
        () => {
          k.tally("flush_rounds");
          const args = { mm: "mm", gen: "gen", pages: "pages", trim: 0 };
          k.include(env.flushTlbMulti({ freed: true }), args);
        },
        () => k.store(of(asidTransition, "mm"), 0),
      );
    });
    k.flushComplete("TLBSYNC");
  });
}

/**
 * The address space in register `mm` may have got a global ASID meanwhile: reload it then. With
 * one, `path` is left, since INVLPGB keeps a global ASID clean.
 */
export function followGlobalAsid(k: Builder, mm: string, path: string): void {
  k.load("wanted", of(globalAsid, mm));
  k.load("current", own(loadedGlobalAsid));
  k.if("current", "!=", "wanted", () => {
    k.work("switchMm");
    k.if(
      "wanted",
      "==",
      1,
      () => k.ghostLoadRoot(mm, "global"),
      () => k.ghostLoadRoot(mm, "flushed"),
    );
    k.store(own(loadedGlobalAsid), "wanted");
  });
  k.if("wanted", "==", 1, () => k.leave(path));
}
