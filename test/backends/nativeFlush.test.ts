import { describe, expect, test } from "vitest";
import { native } from "../../lib/backends/backend.ts";
import { nativeFlushTlbMulti } from "../../lib/backends/nativeFlush.ts";
import { runPlan } from "../../lib/engine/engine.ts";
import { environmentOf } from "../../lib/experiments/environments.ts";
import { checkScene, planScene } from "../../lib/experiments/scene.ts";
import { simulate } from "../../lib/experiments/simulate.ts";
import { x86 } from "../../lib/machine/arch.ts";
import { machine } from "../../lib/machine/machine.ts";
import { switchToUser } from "../../lib/mm/contextSwitch.ts";
import { RELEASE_NAMES } from "../../lib/mm/release.ts";
import { flushTlbMmRange } from "../../lib/mm/x86/flushTlbMmRange.ts";
import { linux } from "../../lib/policies/linux.ts";
import { broadcast } from "../../lib/policies/tableSync/broadcast.ts";
import { skipIfFlushSentIpis } from "../../lib/policies/tableSync/skipIfFlushSentIpis.ts";
import { listing } from "../../lib/steps/listing.ts";
import type { Task } from "../../lib/steps/task.ts";
import { collapse } from "../../lib/workloads/collapse.ts";

const workload = collapse({ bytes: 2 * 1024 * 1024 });

function sceneOf(options: { release?: string; invlpgb?: boolean; skip?: boolean }) {
  const { release = "7.2", invlpgb = false, skip = false } = options;
  return checkScene({
    machine: machine({ cpus: 4, arch: x86({ invlpgb }) }),
    linux: linux({ release, tableSync: skip ? skipIfFlushSentIpis() : broadcast() }),
    backend: native(),
    workload,
  });
}

describe("the static key of the skip series", () => {
  test.for(RELEASE_NAMES)(
    "linux %s: set where every flush interrupts, whatever the policy",
    (release) => {
      for (const skip of [false, true]) {
        expect(planScene(sceneOf({ release, skip })).boot).toMatchObject({
          tlb_ipi_broadcast_key: 1,
        });
      }
    },
  );

  test("not set where INVLPGB flushes, and set where the release does not use it", () => {
    const key = (release: string): unknown =>
      planScene(sceneOf({ release, invlpgb: true })).boot.tlb_ipi_broadcast_key;
    expect(RELEASE_NAMES.map((release) => [release, key(release)])).toEqual([
      ["6.1", 1],
      ["6.12", 1],
      ["6.16", 0],
      ["6.18", 0],
      ["7.2", 0],
      ["7.3", 0],
    ]);
  });

  test("it decides whether a collapse interrupts the other three CPUs", () => {
    const cal = (invlpgb: boolean): number =>
      simulate(sceneOf({ invlpgb, skip: true })).total("CAL");
    expect([cal(false), cal(true)]).toEqual([0, 3]);
  });
});

describe("whom the flush interrupts", () => {
  const lines = (release: string, options: { freed: boolean; anyMm?: boolean }): string[] => {
    const env = environmentOf(sceneOf({ release }));
    return listing(nativeFlushTlbMulti(env, options), { handlers: false }).split("\n");
  };

  test("F+: the whole mask, nobody is asked", () => {
    expect(lines("7.2", { freed: true }).slice(0, 6)).toEqual([
      "native_flush_tlb_multi(mm, gen, pages, trim)",
      "    users = mm_cpumask[mm]",
      "    __cpumask_clear_cpu(self, users)",
      "    trace_tlb_flush(remote IPI send)",
      "    cpumask_copy(targets, users)",
      "    smp_call_function_many(targets, flush_tlb_func)",
    ]);
    expect(lines("6.1", { freed: true }).slice(0, 6)).toEqual(
      lines("7.2", { freed: true }).slice(0, 6),
    );
  });

  test("F0: lazy CPUs are spared, and stale ones unless the round trims", () => {
    const asked = lines("7.2", { freed: false });
    expect(asked.slice(5, 17)).toEqual([
      "    for_each_cpu(cpu, users)",
      "        should_flush_tlb:",
      "            loaded = READ_ONCE(loaded_mm[cpu])",
      "            smp_rmb()",
      "            lazy = READ_ONCE(is_lazy[cpu])",
      "            if (lazy == 1)",
      "                return from should_flush_tlb",
      "            if (loaded == 2)",
      "                __cpumask_set_cpu(cpu, targets)",
      "            if (loaded == mm)",
      "                __cpumask_set_cpu(cpu, targets)",
      "            if (trim == 1)",
    ]);
    expect(lines("6.1", { freed: false }).join()).not.toContain("trim == 1");
  });

  test("reclaim: whoever is not lazy, whatever is loaded there", () => {
    const asked = lines("7.2", { freed: false, anyMm: true }).join("\n");
    expect(asked).not.toMatch(/loaded == /);
    expect(asked).toContain("if (lazy == 1)");
  });
});

describe("an initiator whose own bit is stale, since it runs something else", () => {
  const eventsOn = (release: string, startNs: number): string[] => {
    const scene = sceneOf({ release });
    const env = environmentOf(scene);
    const switches = switchToUser(env);
    const flush = flushTlbMmRange(env, { freed: false });
    const toUser = (cpu: number, next: number): Task => ({
      cpu,
      program: switches,
      args: { next },
    });
    const { trace } = runPlan(
      {
        ...planScene(scene),
        mms: 5,
        setup: [[toUser(0, 3), toUser(1, 3)], [toUser(0, 4)]],
        startNs,
        operation: [{ cpu: 0, program: flush, args: { mm: 3, pages: 1 } }],
      },
      { seed: 1, traceLimit: 100 },
    );
    return trace!.detail.filter((detail, i) => trace!.cpu[i] === 0 && / /.test(detail));
  };

  test("flushes the others, and itself in the round that trims", () => {
    expect(eventsOn("7.2", 0)).toEqual(["remote IPI send"]);
    expect(eventsOn("7.2", 2e9)).toEqual(["remote IPI send", "remote wrong CPU"]);
  });

  test("flushes the others alone until 6.12: it had left the mask at once", () => {
    expect(eventsOn("6.12", 0)).toEqual(["remote IPI send"]);
    expect(eventsOn("6.12", 2e9)).toEqual(["remote IPI send"]);
  });
});
