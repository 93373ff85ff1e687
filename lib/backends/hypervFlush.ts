/** `hyperv_flush_tlb_multi`: one hypercall flushes all virtual processors of the mask. */
import type { Environment, FlushOptions } from "../mm/environment.ts";
import { SENT_TO_ALL, SENT_TO_NONE } from "../mm/hookPoints.ts";
import { isLazy } from "../mm/variables.ts";
import { flushMaskOf } from "../mm/x86/flushMask.ts";
import type { Builder } from "../steps/builder.ts";
import { of, program } from "../steps/builder.ts";
import type { Program } from "../steps/instructions.ts";
import { FLUSH_PARAMS, nativeFlushTlbMulti, reportSent } from "./nativeFlush.ts";

/** Pages of one entry of the list (HV_TLB_FLUSH_UNIT). */
const ENTRY_PAGES = 4096;
/** Entries that fit behind the header of the input page: (4096 − 24) / 8. */
const MAX_GVAS = 509;
/** From this number of a virtual processor on, the mask of the plain hypercalls is too narrow. */
const FIRST_EX_VP = 64;

/**
 * Parameters `mm`, `gen`, `pages`, `trim`. The local flush is part of it, and no `flush_tlb_func`
 * runs: generations, lazy CPUs and stale bits of the mask stay as they are. Numbers of virtual
 * processors are those of the CPUs. `fails`: every hypercall ends in an error.
 */
export function hypervFlushTlbMulti(
  env: Environment,
  options: FlushOptions,
  fails: boolean,
): Program {
  const source = "arch/x86/hyperv/mmu.c hyperv_flush_tlb_multi(), hyperv_flush_tlb_others_ex()";
  return program("hyperv_flush_tlb_multi", { params: FLUSH_PARAMS, source }, (k) => {
    k.set("status", 0);
    const form: HypercallForm = { form: "", flags: "", mask: "processors", fails };
    k.irqOff();
    k.section("hypercall", () => {
      k.trace("hyperv_mmu_flush_tlb_multi", "hypercall", "pages");
      k.loadMask("cpus", flushMaskOf(options));
      k.countMask("members", "cpus");
      k.countMask("present", "online");
      k.if("members", "==", "present", () => {
        flush(k, { ...form, flags: " ALL_PROCESSORS", mask: "cpus" });
        k.leave("hypercall");
      });
      selectProcessors(k, env, options);
      k.countMask("members", "processors");
      k.if("members", "==", 0, () => k.leave("hypercall"));
      k.if(
        "last",
        ">=",
        FIRST_EX_VP,
        () => flush(k, { ...form, form: "_EX" }),
        () => flush(k, form),
      );
    });
    k.irqOn();
    reportSent(k, env, options, SENT_TO_NONE);
    if (!fails) return;
    k.if("status", "!=", 0, () => {
      const args = { mm: "mm", gen: "gen", pages: "pages", trim: "trim" };
      k.include(nativeFlushTlbMulti(env, options), args);
      reportSent(k, env, options, SENT_TO_ALL);
    });
  });
}

/** Since 6.12 lazy CPUs are left out unless tables go; the highest number decides the form. */
function selectProcessors(k: Builder, env: Environment, options: FlushOptions): void {
  k.emptyMask("processors");
  k.set("last", -1);
  k.forEachCpu("cpu", "cpus", () => {
    k.set("last", "cpu");
    k.set("lazy", 0);
    if (env.features.hypervSkipsLazy && !options.freed) k.load("lazy", of(isLazy, "cpu"));
    k.if("lazy", "==", 0, () => k.addCpu("processors", "cpu"));
  });
}

/** Which of the hypercalls it is, and whether it ends in an error. */
interface HypercallForm {
  readonly form: "" | "_EX";
  readonly flags: string;
  readonly mask: string;
  readonly fails: boolean;
}

/** A list of ranges, or the whole address space if it is too long. */
function flush(k: Builder, { form, flags, mask, fails }: HypercallForm): void {
  const call = (name: string): void => {
    const service = `HVCALL_FLUSH_VIRTUAL_ADDRESS_${name}${form}${flags}`;
    k.flushCpus("hypercall", service, mask, "pages");
    k.tally(`flush_${name.toLowerCase()}${form.toLowerCase()}`);
    k.work("hypercallTarget", "members");
    if (fails) k.set("status", 1);
  };
  k.set("entries", MAX_GVAS + 1);
  k.if("pages", "!=", -1, () => {
    k.compute("entries", "pages", "+", ENTRY_PAGES - 1);
    k.compute("entries", "entries", "/", ENTRY_PAGES);
  });
  k.if(
    "entries",
    ">",
    MAX_GVAS,
    () => call("SPACE"),
    () => call("LIST"),
  );
}
