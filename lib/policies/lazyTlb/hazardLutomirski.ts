/** Hazard pointers with references handed over by the last user (Lutomirski 2021, 2022). */
import type { PolicyHooks } from "../../mm/hookPoints.ts";
import { rqDropMm, rqLazyMm } from "../../mm/lazyTlbVariables.ts";
import { mmCount, NO_MM } from "../../mm/variables.ts";
import type { Builder } from "../../steps/builder.ts";
import { of, own, program } from "../../steps/builder.ts";
import type { Program } from "../../steps/instructions.ts";

const params = ["mm"];
const source = "[PATCH 16/23] sched: Use lightweight hazard pointers to grab lazy mms, 8 Jan 2022";

/** The hooks; without reading again after the hand-over they are a mutant. */
export function lutomirskiHooks(rereads: boolean): PolicyHooks {
  return { goLazy, leaveLazy, exitMm: fixUp(rereads) };
}

/** Published while the thread that leaves is still a user of the address space. */
const goLazy = program("grab_lazy_mm", { params, source }, (k) => k.store(own(rqLazyMm), "mm"));

/** The exchange orders both ways: whoever hands over later sees that nothing is borrowed. */
const leaveLazy = program("unlazy_mm", { params, source }, (k) => {
  k.store(own(rqLazyMm), NO_MM, "release");
  k.exchange(own(rqDropMm), NO_MM, "handed");
  k.if("handed", "!=", NO_MM, () => k.callPath("mmdrop", { mm: "handed" }));
});

function fixUp(rereads: boolean): Program {
  return program("mm_fixup_lazy_refs", { params, source }, (k) => {
    k.forEachCpu("cpu", "online", () => {
      k.load("lazy", of(rqLazyMm, "cpu"), "acquire");
      k.while("lazy", "==", "mm", () => handOver(k, rereads));
    });
  });
}

/**
 * A reference is counted for the CPU. Its slot may still hold one that came too late for an earlier
 * address space, until the one who put it there takes it back: then try again.
 */
function handOver(k: Builder, rereads: boolean): void {
  k.add(of(mmCount, "mm"), 1);
  k.compareExchange(of(rqDropMm, "cpu"), { from: NO_MM, to: "mm" }, "taken");
  k.if(
    "taken",
    "==",
    NO_MM,
    () => {
      if (rereads) takeBackIfGone(k);
      k.set("lazy", NO_MM);
    },
    () => {
      k.add(of(mmCount, "mm"), -1);
      k.named("read lazy_mm after a failed hand-over").load("lazy", of(rqLazyMm, "cpu"), "acquire");
    },
  );
}

/** The CPU has switched meanwhile and may not look at the slot for long: the first one drops. */
function takeBackIfGone(k: Builder): void {
  k.named("read lazy_mm again").load("lazy", of(rqLazyMm, "cpu"), "acquire");
  k.if("lazy", "!=", "mm", () => {
    k.named("take back").compareExchange(of(rqDropMm, "cpu"), { from: "mm", to: NO_MM }, "mine");
    k.if("mine", "==", "mm", () => k.named("put").add(of(mmCount, "mm"), -1));
  });
}
